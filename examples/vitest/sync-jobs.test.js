// What a test of a connector client looks like, 500 times at once.
import { describe, expect } from 'vitest'
import { test } from './mock.js'

describe.concurrent('a job', () => {
  for (let number = 0; number < 500; number++) {
    test(`that failed cannot be canceled (${number})`, async ({ es, verify }) => {
      const { id } = await es.connector.syncJobPost({ id: 'drive', job_type: 'full' })
      const job = { connector_sync_job_id: id }
      await es.connector.syncJobClaim({ ...job, worker_hostname: `worker-${number}` })
      await es.connector.syncJobError({ ...job, error: 'out of quota' })
      await expect(es.connector.syncJobCancel(job)).rejects.toThrow('from [error] to [canceling]')

      // Nobody else's jobs, and what this test did and no more.
      const { results } = await es.connector.syncJobList()
      expect(results).toMatchObject([{ id, worker_hostname: `worker-${number}` }])
      await verify(
        { operation: 'connector.sync_job_claim', id, exactly: 1 },
        { operation: 'connector.sync_job_cancel', exactly: 1, status: 400 },
        { operation: 'connector.sync_job_delete', never: true }
      )
    })
  }
})
