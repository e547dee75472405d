// Drives @elastic/elasticsearch for connector-conformance: node driver.mjs [PACKAGE]
//
// One JSON object a line comes in, one goes out; docs/driver-protocol.md says which.
// PACKAGE is the name under which the client is installed, "@elastic/elasticsearch" if it is left out.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const require = createRequire(import.meta.url)
const name = process.argv[2] ?? '@elastic/elasticsearch'
const { Client, errors } = require(name)
const { version } = JSON.parse(readFileSync(join(dirname(require.resolve(name)), 'package.json'), 'utf8'))

const write = line => process.stdout.write(`${JSON.stringify(line)}\n`)

// connector.sync_job_post is client.connector.syncJobPost.
function methodOf (client, operation) {
  const [space, method] = operation.split('.')
  const camel = method.replace(/_(.)/g, (_, letter) => letter.toUpperCase())
  const found = client[space]?.[camel]
  return typeof found === 'function' ? found.bind(client[space]) : null
}

function raised (error) {
  const about = { class: error.name ?? 'Error', message: String(error.message).slice(0, 500) }
  if (error instanceof errors.ResponseError) {
    about.status = error.statusCode
    about.body = error.body
  }
  return about
}

async function call (client, line) {
  const method = methodOf(client, line.operation)
  if (method === null) {
    return { type: 'unsupported', reason: `there is no method ${line.operation}` }
  }
  const parameters = { ...line.path, ...line.query }
  // The client takes the members of a body as parameters, and puts what it does not know into the query.
  if (line.body !== undefined) parameters.body = line.body
  try {
    return { type: 'returned', body: (await method(parameters)) ?? null }
  } catch (error) {
    return { type: 'raised', error: raised(error) }
  }
}

let client
for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text)
  if (line.type === 'start') {
    client = new Client({ node: line.url, requestTimeout: line.timeout_ms })
    const language = `Node.js ${process.versions.node}`
    write({ type: 'ready', protocol: 1, client: { name: '@elastic/elasticsearch', version, language } })
  } else {
    write({ id: line.id, ...await call(client, line) })
  }
}
await client?.close()
