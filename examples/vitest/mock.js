// A server of its own for each test: `test('…', async ({ es, verify }) => …)`.
import { randomUUID } from 'node:crypto'
import { test as base, inject, expect } from 'vitest'
import { Client } from '@elastic/elasticsearch'

export const test = base.extend({
  es: async ({}, use) => {
    const space = randomUUID()
    const client = new Client({ node: `${inject('url')}/_space/${space}` })
    const path = `/_mock/spaces/${space}`
    await client.transport.request({ method: 'PUT', path, body: { snapshot: 'ready' } })
    await use(client)
    await client.transport.request({ method: 'DELETE', path })
    await client.close()
  },
  verify: async ({ es }, use) => use(async (...expected) => {
    const body = { expect: expected }
    const answer = await es.transport.request({ method: 'POST', path: '/_mock/verify', body })
    expect(answer.verified, answer.message).toBe(true)
  })
})
