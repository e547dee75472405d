// One mock server for all tests.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Client } from '@elastic/elasticsearch'

export async function setup (project) {
  const mock = process.env.CONNECTOR_MOCK ?? 'connector-mock'
  const server = spawn(mock, ['--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise((resolve, reject) => {
    server.on('error', reject)
    createInterface(server.stdout).once('line', resolve)
  })
  const url = line.split(' ').at(-1)
  const client = new Client({ node: url }) // what every test begins with
  await client.connector.put({ connector_id: 'drive', index_name: 'drive', service_type: 'google_drive' })
  await client.transport.request({ method: 'PUT', path: '/_mock/snapshots/ready' })
  await client.close()
  project.provide('url', url)
  return () => server.kill()
}
