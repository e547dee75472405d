// Does steps with @elastic/elasticsearch against a server: node session.mjs es8|es9 [--methods] URL FOLDER...
// The server is emptied before each folder.
// With --methods every method of the connector name space has to succeed once and to fail once.

import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url) // unlike import, it looks into NODE_PATH
const [library, url, ...folders] = process.argv.slice(2).filter(argument => argument !== '--methods')
const { Client, errors } = require(library)
const readJson = path => JSON.parse(readFileSync(path, 'utf8'))
const version = readJson(join(dirname(require.resolve(library)), 'package.json')).version
const major = version.split('.')[0]
const words = ['node', major]
const stepsAt = fileURLToPath(new URL('../steps', import.meta.url))
const documents = readJson(join(stepsAt, 'documents.json'))
const lists = readJson(join(stepsAt, 'lists.json'))
const clients = { plain: new Client({ node: url }), compressed: new Client({ node: url, compression: true }) }
const known = new Map()
const unsupported = new Map()
const failed = []
const shown = new Set()
let calls = 0
let passed = 0
let rounded = false // while a call is judged: whether an expected integer is beyond what a number holds
const SHAPES = { time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z$/, id: /^[A-Za-z0-9_-]{20}$/ }

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value)
const concerns = clients => clients.split(' ').every(word => words.includes(word))
const camel = name => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

/** The value with placeholders replaced: as a whole by any value, within a text by a text. */
function replaced (value, names) {
  if (Array.isArray(value)) return value.map(element => replaced(element, names))
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(
      ([key, member]) => [replacedText(key, names), replaced(member, names)]))
  }
  if (typeof value !== 'string') return value
  return names.has(value) ? names.get(value) : replacedText(value, names)
}

function replacedText (text, names) {
  for (const [name, value] of names) {
    text = text.replaceAll(name, () => typeof value === 'string' ? value : JSON.stringify(value))
  }
  return text
}

/** The steps with the loops unrolled. */
function unrolled (steps) {
  return steps.flatMap(step => {
    if (step.steps === undefined) return [step]
    const name = step.as ?? 'each'
    return [...(step.of ?? []).flatMap(of => lists[of]), ...(step.for ?? [])].flatMap(value => {
      const members = isObject(value) ? Object.entries(value) : []
      const names = [[`<${name}>`, value], ...members.map(([key, member]) => [`<${name}.${key}>`, member])]
      return unrolled(replaced(step.steps, new Map(names)))
    })
  })
}

/** The steps of a folder. */
function load (folder) {
  const at = resolve(stepsAt, folder)
  const names = readdirSync(at).filter(name => name.endsWith('.json')).sort()
  return names.flatMap(name => unrolled(readJson(join(at, name))))
}

/** What to send: the value with the placeholders replaced. */
function filled (value) {
  if (Array.isArray(value)) return value.map(filled)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member)]))
  if (typeof value !== 'string') return value
  if (value.startsWith('<when:')) return new Date(value.slice(6, -1))
  if (value.startsWith('<long:')) return BigInt(value.slice(6, -1)) // a number would lose digits
  return text(value)
}

function text (value) {
  return value.replace(/<id:(\w+|of .*)>/g, found => known.get(found) ?? found)
    .replace(/<bytes:(\d+)>/g, (_, count) => 'ü'.repeat(count / 2) + 'x'.repeat(count % 2))
    .replace('<long text>', 'long text, äöü\n'.repeat(20000))
}

/** The differences of an answer from the expected one. */
function compare (want, got, where = 'answer') {
  if (want?.['<base>'] !== undefined) {
    const { '<base>': base, ...members } = want
    const [name, at] = base.split('@')
    want = { ...replaced(documents[name], new Map([['<at>', at]])), ...members }
  }
  if (isObject(want) && isObject(got)) {
    return Object.keys({ ...want, ...got }).flatMap(key => {
      if (!(key in got)) return [`${where}.${key} is missing`]
      if (!(key in want)) return [`${where}.${key} is too much`]
      return compare(want[key], got[key], `${where}.${key}`)
    })
  }
  if (Array.isArray(want) && Array.isArray(got) && want.length === got.length) {
    return want.flatMap((one, i) => compare(one, got[i], `${where}[${i}]`))
  }
  return same(want, got) ? [] : [`${where} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}`]
}

function same (want, got) {
  if (typeof want !== 'string') return want === got
  if (want.startsWith('<long:')) {
    rounded ||= !Number.isSafeInteger(Number(want.slice(6, -1)))
    return got === Number(want.slice(6, -1))
  }
  if (typeof got !== 'string') return false
  if (want === '<any>') return got !== ''
  if (want.startsWith('<match:')) return new RegExp(`^(?:${want.slice(7, -1)})$`).test(got)
  const shape = /^<(time|id)(:|>$)/.exec(want)
  if (shape !== null && !known.has(want)) {
    if (shape[2] === ':') known.set(want, got)
    return SHAPES[shape[1]].test(got)
  }
  return known.get(want) === got || text(want) === got
}

/** Does the call; gives the whole result or the client's error. */
async function send (step) {
  const client = step.compressed ? clients.compressed : clients.plain
  const type = `application/vnd.elasticsearch+json; compatible-with=${major}`
  const options = { meta: true, opaqueId: step.opaque_id, asStream: step.as_text }
  if (step.json) options.headers = { accept: type, 'content-type': type } // else a text is sent as text/plain
  const body = typeof step.body === 'string' ? step.body : filled(step.body)
  let call
  if (step.raw !== undefined) {
    const [method, target] = step.raw.split(' ')
    const [path, querystring] = target.split('?')
    options.headers = { accept: type, ...(body && { 'content-type': type }), ...step.send }
    call = () => client.transport.request({ method, path, querystring, body }, options)
  } else {
    const names = step.call.split('.').map(camel)
    const owner = names.length === 2 ? client[names[0]] : client
    const args = { ...filled(step.args ?? {}), ...(body !== undefined && { body }) }
    call = () => owner[names.at(-1)](args, options)
  }
  try {
    const result = await call()
    if (step.as_text) result.body = (await result.body.toArray()).join('')
    return result
  } catch (error) {
    if (error instanceof errors.ResponseError) return error
    throw error
  }
}

/** The expected body; `error` in a step stands for the whole envelope. */
function wanted (step) {
  if (step.error === undefined) return step.want
  const chain = step.error.map(([type, reason]) => ({ type, reason }))
  const root = { ...chain[step.root ?? 0], ...step.metadata }
  chain.forEach((cause, i) => { if (i > 0) chain[i - 1].caused_by = cause })
  return { error: { root_cause: [root], ...chain[0], ...step.metadata }, status: step.status }
}

/** The content type of the answer, by RL-6-8 and RL-7-1. */
function contentType (sent) {
  const accepted = sent.accept?.includes(',') ? undefined : sent.accept
  return accepted?.replace('; ', ';') ?? sent['content-type']?.replace(/;.*/, '') ?? 'application/json'
}

/** What is not as expected. */
function judge (step, answer) {
  const status = step.status ?? 200
  const want = wanted(step)
  const isHead = step.raw?.startsWith('HEAD')
  if (status < 400 && answer instanceof errors.ResponseError) return [`ResponseError: ${JSON.stringify(answer.body)}`]
  if (status >= 400 && !(answer instanceof errors.ResponseError)) return ['no ResponseError']
  const { meta: { request }, headers, warnings, body } = status < 400 ? answer : answer.meta
  const differences = isHead ? [] : compare(want, body)
  const kind = step.error?.[0][0] ?? step.type
  if (kind !== undefined && !answer.message.startsWith(kind)) differences.push(`the message is ${answer.message}`)
  if (answer.statusCode !== status) differences.push(`the status is ${answer.statusCode}, not ${status}`)
  if (warnings !== null) differences.push(`warnings: ${warnings}`)
  const wantedHeaders = {
    'x-elastic-product': 'Elasticsearch', 'content-type': contentType(request.params.headers), ...step.headers
  }
  for (const [name, value] of Object.entries(wantedHeaders)) {
    if (value !== null && headers[name] !== value) differences.push(`header ${name} is ${headers[name]}, not ${value}`)
  }
  return differences
}

/** Notes what the client cannot send or show, by the reason. */
function leaveOut (step, reason) {
  const steps = unsupported.get(reason) ?? []
  unsupported.set(reason, [...steps, `${step.call ?? step.raw}, ${step.does}, ${step.rule}`])
}

/** Asks a control route of the server. */
async function control (method, path, body) {
  const answer = await fetch(url + path, { method, body: body === undefined ? undefined : JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${answer.status} to ${method} ${path}`)
  return await answer.json()
}

/** What comes of a call, in a few words. */
async function outcome (client, step) {
  if (step.call === 'helpers.bulk') return await helper(client, step)
  const names = step.call.split('.').map(camel)
  const owner = names.length === 2 ? client[names[0]] : client
  try {
    const answer = await owner[names.at(-1)]({ ...step.args, ...(step.body !== undefined && { body: step.body }) })
    if (typeof answer === 'string') return 'text'
    return answer.errors ? 'answer with errors' : 'answer'
  } catch (error) {
    const answered = ['ResponseError', 'ProductNotSupportedError'].includes(error.name)
    return answered ? `${error.name} ${error.meta.statusCode}` : error.name
  }
}

/** What comes of documents that the client's own helper writes, in a few words. */
async function helper (client, step) {
  const { successful, failed } = await client.helpers.bulk({
    datasource: step.documents.map(({ _source }) => _source),
    onDocument: document => {
      const { _index, _id } = step.documents.find(({ _source }) => _source === document)
      return { index: { _index, _id } }
    },
    retries: step.retries ?? 0,
    wait: 10
  })
  return failed > 0 ? `${successful} written, ${failed} failed` : `${successful} written`
}

/** Lets the server fail, and compares what the client makes of it with what is expected. */
async function fail (step, name) {
  await control('DELETE', '/_mock/faults')
  await control('POST', '/_mock/faults', step.fault)
  // A client that has not seen the server. Without its pauses between connections that failed, which are of up to 4 seconds.
  const timeout = step.timeout === undefined ? {} : { requestTimeout: step.timeout * 1000 }
  const sniff = { start: { sniffOnStart: true }, failure: { sniffOnConnectionFault: true } }[step.sniff]
  const client = new Client({ node: url, retryBackoff: () => 0, ...timeout, ...sniff })
  const sniffed = new Promise(resolve => client.diagnostic.on('sniff', resolve))
  let came
  for (let i = 0; i < (step.calls ?? 1); i++) {
    came = await outcome(client, step)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  if (step.sniff !== undefined) {
    const error = await sniffed
    const nodes = client.connectionPool.connections.map(connection => connection.url.origin)
    came += !error && nodes.length === 1 && nodes[0] === url ? ', this server' : `, nodes ${nodes} ${error ?? ''}`
  }
  const requests = (await control('GET', '/_mock/faults')).faults[0].matched
  await control('DELETE', '/_mock/faults')
  await client.close()
  const got = `${came}, ${requests} request${requests > 1 ? 's' : ''}`
  const want = Object.entries(step.expect).filter(([clients]) => concerns(clients)).at(-1)[1]
  calls += 1
  if (got === want) passed += 1
  else failed.push(`${name}: ${got}; not ${want}`)
}

async function run (step) {
  const name = `${step.call ?? step.raw} (${step.does}, ${step.rule})`
  if (step.fault !== undefined) {
    await fail(step, name)
    return
  }
  const reason = kind => Object.entries(step[kind] ?? {}).find(([clients]) => concerns(clients))?.[1]
  const refused = reason('refused')
  if (reason('unsupported') !== undefined) {
    leaveOut(step, reason('unsupported'))
    return
  }
  let differences
  rounded = false
  try {
    differences = judge(step, await send(step))
    if (rounded) leaveOut(step, 'integers beyond 53 bits are rounded by JSON.parse; the text (asStream) has all digits')
    if (refused !== undefined) differences.push('the client can send this after all')
  } catch (error) {
    const [kind, part] = refused?.split(': ') ?? []
    if (error.name === kind && error.message.includes(part)) {
      leaveOut(step, `${kind}: ${error.message}`)
      return
    }
    differences = [`${error.name}: ${error.message}`]
  }
  calls += 1
  if (differences.length > 0) {
    failed.push(`${name}: ${differences.join('; ')}`.slice(0, 2000))
  } else {
    passed += 1
    shown.add(`${step.call && step.call.split('.').map(camel).join('.')} ${(step.status ?? 200) < 400}`)
  }
}

/** What the methods of the connector name space showed; one that did not show all is a failure. */
function methods () {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(clients.plain.connector))
    .filter(name => name !== 'constructor').map(name => `connector.${name}`)
  for (const name of names) {
    if (!shown.has(`${name} true`)) failed.push(`${name}: there is no step in which it succeeds`)
    if (!shown.has(`${name} false`)) failed.push(`${name}: there is no step in which it fails`)
  }
  const whole = names.filter(name => shown.has(`${name} true`) && shown.has(`${name} false`))
  return `  connector.* methods: ${whole.length}/${names.length}`
}

for (const folder of folders) {
  await control('POST', '/_mock/reset')
  known.clear()
  for (const step of load(folder)) {
    if (step.only === undefined || concerns(step.only)) await run(step)
  }
}
const ofMethods = process.argv.includes('--methods') ? [methods()] : []
await Promise.all(Object.values(clients).map(client => client.close()))
const leftOut = [...unsupported.values()].flat().length
const counts = `${calls} calls, ${passed} passed, ${failed.length} failed, ${leftOut} unsupported`
console.log(`@elastic/elasticsearch ${version}: ${counts}`)
ofMethods.forEach(line => console.log(line))
unsupported.forEach((steps, reason) => {
  const more = steps.length > 1 ? `; ${steps.length - 1} more` : ''
  console.log(`  unsupported: ${reason} (${steps[0]}${more})`)
})
failed.forEach(line => console.log(`  FAILED: ${line}`))
process.exitCode = failed.length > 0 ? 1 : 0
