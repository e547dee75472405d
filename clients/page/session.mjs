// Drives the page at /_mock in a headless Chromium, as a person would, and compares with what the server says.
//
//   node session.mjs CHROMIUM CONNECTOR_MOCK [--shots DIR] [--only WORD] [--slow TIMES]

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { Browser } from './browser.mjs';
import { Server } from './server.mjs';
import { nameless, tooWide, unreachable, weakTexts } from './looks.mjs';

const [chromium, mock, ...rest] = process.argv.slice(2);
const option = (name) => { const at = rest.indexOf(name); return at < 0 ? undefined : rest[at + 1]; };
const shots = option('--shots');
const slow = Number(option('--slow') ?? 1);
if (!chromium || !mock) {
  console.error('usage: node session.mjs CHROMIUM CONNECTOR_MOCK [--shots DIR] [--only WORD] [--slow TIMES]');
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });

const WIDE = [1600, 1000];
const NARROW = [360, 740];
const VIEWS = ['connectors', 'jobs', 'journal', 'control'];
const tests = [];
/** `needs` are control routes without which there is nothing to test; `options` are those of the server. */
const test = (name, work, { needs = [], options = [] } = {}) => tests.push({ name, work, needs, options });

/** The status that is lit in the machine that can be seen. */
const lit = (page, status) => page.until(`[${status}] is lit`, (wanted) => [...document.querySelectorAll('.now')].some((el) => el.checkVisibility() && el.dataset.status === wanted), status);
const seen = (page, text) => page.until(`[${text}] can be seen`, (wanted) => document.body.innerText.includes(wanted), text);
const ready = (page) => page.until('the page is connected', () => ['live', 'polling'].includes(document.getElementById('live').dataset.is));
const live = (page) => page.until('the stream is open', () => document.getElementById('live').dataset.is === 'live');
/** Waits until a function of the page gives this value; what it gave last is in the error. */
async function becomes(page, expected, work, what = '') {
  const end = Date.now() + 10_000;
  let given = await page.run(work);
  while (!isDeepStrictEqual(given, expected) && Date.now() < end) {
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    given = await page.run(work);
  }
  assert.deepEqual(given, expected, what || undefined);
}
async function shot(page, name) {
  if (!shots) return;
  await page.run(() => new Promise((done) => { setTimeout(done, 300); }));
  await page.screenshot(join(shots, `${name}.png`));
}

/** Opens the view with the controls, and waits until nothing in it moves any more. */
async function control(page) {
  await page.run(() => { location.hash = '/control'; });
  await page.until('the controls stand', async () => {
    const places = () => [...document.querySelectorAll('input, select, textarea, button')].map((el) => el.getBoundingClientRect().top).join();
    const before = places();
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    return document.querySelector('#spaces tbody tr') && before === places();
  });
}

test('an empty server is told as such, and its policy holds', async ({ page, server }) => {
  await seen(page, 'An empty Elasticsearch');
  await shot(page, 'empty');
  const { json } = await server.send('GET', '/');
  await becomes(page, json.version.number, () => document.getElementById('version').textContent);
  assert.match(page.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self';/);
  const ran = await page.run(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    const button = document.createElement('button');
    button.setAttribute('onclick', 'globalThis.injected = true');
    document.body.append(button);
    button.click();
    button.remove();
    return globalThis.injected === true;
  });
  assert.equal(ran, false);
  assert.ok(page.complaints.length >= 2 && page.complaints.every((text) => text.includes('Content Security Policy')), String(page.complaints));
  page.complaints = [];
});

test('a connector is made, with the keyboard alone', async ({ page, server }) => {
  await page.press('n');
  await page.until('the form is open', () => document.activeElement.name === 'id');
  await page.type('by-hand');
  await page.press('Tab');
  await page.press('Enter');
  await page.until('it is listed and chosen', () => document.querySelector('#list-connectors [aria-selected="true"]')?.dataset.key === 'by-hand');
  await lit(page, 'created');
  const { json } = await server.send('GET', '/_connector/by-hand');
  assert.deepEqual([json.name, json.service_type, json.index_name, json.status], ['My connector', 'postgresql', 'search-products', 'created']);
});

test('a job goes from creation to completion', async ({ page, server }) => {
  await server.fill('a', 0);
  await page.run(() => { location.hash = '/connectors/a'; });
  await page.click('[data-call="start-job"]');
  await seen(page, '201');
  await page.click('nav [data-view="jobs"]');
  await lit(page, 'pending');
  await page.click('[data-call="claim"]');
  await lit(page, 'in_progress');
  await page.click('[data-call="stats"]');
  await seen(page, '{"result":"updated"}');
  await page.click('[data-call="complete"]');
  await lit(page, 'completed');
  await becomes(page, ['in_progress to completed', 'pending to in_progress'], () => [...document.querySelectorAll('.view:not([hidden]) .step.taken title')].map((el) => el.textContent.split(' by ')[0].split(',')[0]).sort());
  await becomes(page, true, () => [...document.querySelectorAll('.view:not([hidden]) .step.taken title')].some((el) => el.textContent === 'pending to in_progress by sync_job_claim, taken 1 time'));
  const { json } = await server.send('GET', '/_connector/_sync_job');
  assert.equal(json.count, 1);
  const [job] = json.results;
  assert.deepEqual([job.status, job.worker_hostname, job.indexed_document_count, job.job_type], ['completed', 'page', 42, 'full']);
  assert.ok(job.completed_at);
  await shot(page, 'job-completed');
});

test('another one is canceled, and what the machine refuses is said before and after', async ({ page, server }) => {
  const [waiting, running] = await server.fill('a', 2);
  await page.run((id) => { location.hash = `/jobs/${id}`; }, waiting);
  await lit(page, 'pending');
  await page.click('[data-call="cancel"]');
  await lit(page, 'canceled');
  const expected = (text) => becomes(page, text, () => document.querySelector('[data-call="cancel"]').closest('.call-line').querySelector('.expect').textContent);
  await expected('400 expected');
  await page.click('[data-call="cancel"]');
  await seen(page, 'Invalid transition attempt from [canceled] to [canceling]');
  await page.run((id) => { location.hash = `/jobs/${id}`; }, running);
  await lit(page, 'pending');
  await page.click('[data-call="claim"]');
  await lit(page, 'in_progress');
  await expected('→ canceling');
  await page.click('[data-call="cancel"]');
  await lit(page, 'canceling');
  await page.click('[data-call="canceled"]');
  await lit(page, 'canceled');
  const statuses = await Promise.all([waiting, running].map(async (id) => (await server.send('GET', `/_connector/_sync_job/${id}`)).json.status));
  assert.deepEqual(statuses, ['canceled', 'canceled']);
  await shot(page, 'job-canceled');
});

test('a fault is added in words and by form, seen at work, and removed', async ({ page, server }) => {
  await control(page);
  // What the page offers as examples is understood.
  const examples = await page.run(() => [...document.querySelectorAll('#card-faults .buttons button')].map((button) => button.textContent));
  assert.ok(examples.length >= 4);
  for (const example of examples) {
    const { status, text } = await server.send('POST', '/_mock/faults', JSON.stringify(example));
    assert.equal(status, 201, text);
  }
  await server.send('DELETE', '/_mock/faults');
  await page.click('#fault-text');
  await page.type('GET */_connector 503 x1');
  await page.press('Enter');
  await page.until('the rule is listed', () => document.querySelectorAll('#faults tbody tr').length === 1);
  assert.equal((await server.send('GET', '/_connector')).status, 503);
  assert.equal((await server.send('GET', '/_connector')).status, 200);
  await page.until('it is counted', () => document.querySelectorAll('#faults td.num')[1]?.textContent === '1');
  await page.click('#fault-text');
  await page.type('GET */_connector 503 y1');
  await page.press('Enter');
  await page.until('a mistake is told', () => document.querySelector('#card-faults [role="alert"]').textContent.includes('y1'));
  await shot(page, 'fault');
  await page.click('#faults [aria-label^="Remove"]');
  await page.until('it is gone', () => document.querySelector('#faults tbody') === null);
  await page.click('#card-faults details summary');
  await page.click('#card-faults [name="path"]');
  await page.type('*/_claim');
  await page.run(() => { document.querySelector('#card-faults [name="status"]').value = '409'; });
  await page.press('Enter');
  await page.until('the rule is listed', () => document.querySelectorAll('#faults tbody tr').length === 1);
  const { json } = await server.send('GET', '/_mock/faults');
  assert.deepEqual(json.faults.map((fault) => fault.rule), [{ path: '*/_claim', status: 409 }]);
  // What others do to the rules is seen by itself, outside of the view with the controls too.
  await page.run(() => { location.hash = '/connectors'; });
  await page.until('the rule is counted', () => document.getElementById('count-faults').textContent === '1 fault');
  await server.send('DELETE', '/_mock/faults');
  await page.until('that it is gone is seen', () => document.getElementById('count-faults').textContent === '');
}, { needs: ['faults'] });

test('the journal is live, is filtered, and shows what a write changed', async ({ page, server }) => {
  const [job] = await server.fill('a', 1);
  await server.send('PUT', `/_connector/_sync_job/${job}/_claim`, { worker_hostname: 'w' });
  await server.send('PUT', `/_connector/_sync_jobs/${job}/_claim`, { worker_hostname: 'w' });
  await page.run(() => { location.hash = '/journal'; });
  await becomes(page, ['PUT 400', 'PUT 200', 'POST 201', 'PUT 201'], () => [...document.querySelectorAll('#list-journal .row')].sort((a, b) => a.offsetTop - b.offsetTop).map((row) => `${row.children[1].textContent} ${row.children[2].textContent}`));
  await page.run(() => document.getElementById('list-journal').focus());
  await page.press('ArrowDown');
  await seen(page, 'Nearest operation');
  await seen(page, 'path segment 2 is [_sync_jobs], not [_sync_job]');
  await page.press('ArrowDown');
  await page.until('the change is shown', () => [...document.querySelectorAll('#detail-journal .tilde')].some((row) => row.textContent === '~status"pending" → "in_progress"'));
  await shot(page, 'journal');
  await page.press('/');
  await page.type('claim');
  await page.until('the list is shorter', () => document.querySelectorAll('#list-journal .row').length === 2);
  await server.send('GET', '/_connector');
  await server.send('PUT', `/_connector/_sync_job/${job}/_claim`, { worker_hostname: 'other' });
  await page.until('the new one came by itself', () => document.querySelectorAll('#list-journal .row').length === 3);
  await page.run((id) => { location.hash = `/jobs/${id}`; }, job);
  await page.until('the versions are there', () => [...document.querySelectorAll('#detail-jobs .diff .tilde')].some((row) => row.textContent.includes('"w" → "other"')));
}, { needs: ['requests'] });

test('the clock is frozen, set and moved', async ({ page, server }) => {
  await control(page);
  const clock = async () => (await server.send('GET', '/_mock/clock')).json;
  await page.click('#clock-freeze');
  await page.until('it stands', () => document.getElementById('clock-freeze').disabled);
  await page.click('#card-clock input');
  await page.type('2030-01-01T00:00:00Z');
  await page.press('Enter');
  await seen(page, '2030-01-01T00:00:00');
  await page.click('[data-advance="1h"]');
  await seen(page, '2030-01-01T01:00:00');
  assert.match((await clock()).now, /^2030-01-01T01:00:00\./);
  await page.click('#clock-resume');
  await page.until('it goes', () => document.getElementById('clock-resume').disabled);
}, { needs: ['clock'] });

test('a worker is set and plays', async ({ page, server }) => {
  await server.send('POST', '/_mock/clock', { freeze: true });
  const [job] = await server.fill('a', 1);
  await control(page);
  await page.click('#worker-script');
  await page.type('{"end":"completed","after":"2s"}');
  await page.click('#card-worker .main');
  await seen(page, 'A worker plays the connector service');
  for (let times = 0; times < 20; times += 1) await page.click('[data-advance="1s"]');
  await page.run((id) => { location.hash = `/jobs/${id}`; }, job);
  await lit(page, 'completed');
  // Its requests are in the journal, and told apart.
  await page.run(() => { location.hash = '/journal'; });
  await page.run(() => { const select = document.getElementById('filter-class'); select.value = 'worker'; select.dispatchEvent(new Event('input')); });
  await page.until('the claim is listed, and nothing but what the worker sent', () => {
    const rows = [...document.querySelectorAll('#list-journal .row')];
    return rows.some((row) => row.innerText.includes('_claim')) && rows.every((row) => row.querySelector('.by'));
  });
  await page.run(() => document.getElementById('list-journal').focus());
  await page.press('ArrowDown');
  await seen(page, 'the scripted worker');
  await shot(page, 'journal-of-the-worker');
}, { needs: ['worker', 'clock', 'requests'] });

test('a snapshot is saved, restored and dropped; a reset asks first', async ({ page, server }) => {
  await server.fill('a', 2);
  await control(page);
  await page.click('#card-snapshots input');
  await page.type('two-jobs');
  await page.press('Enter');
  await page.until('it is listed', () => document.querySelector('#snapshots tbody tr'));
  await page.click('#reset');
  await page.click('#dialog-confirm [value="no"]');
  await seen(page, '1 connector, 2 sync jobs');
  await page.click('#reset');
  await page.click('#confirm-yes');
  await seen(page, '0 connectors, 0 sync jobs');
  assert.equal((await server.send('GET', '/_connector')).json.count, 0);
  await page.click('[aria-label="Restore two-jobs"]');
  await seen(page, '1 connector, 2 sync jobs');
  await page.click('[aria-label="Drop two-jobs"]');
  await page.until('it is gone', () => !document.querySelector('#snapshots tbody'));
});

test('spaces are made, visited and dropped', async ({ page, server }) => {
  await server.fill('a', 1);
  await control(page);
  await page.click('#card-spaces input');
  await page.type('t-1');
  await page.run(() => { document.getElementById('space-from').value = 'space:default'; });
  await page.press('Enter');
  await page.until('it is listed', () => [...document.querySelectorAll('#spaces a')].some((el) => el.textContent === 't-1'));
  await server.send('DELETE', '/_connector/a');
  await page.click('#spaces a');
  await page.until('the page is that of the space', () => location.pathname === '/_space/t-1/_mock/' && document.getElementById('space').value === 't-1');
  await ready(page);
  await page.click('[data-call="check-in"]');
  await seen(page, '{"result":"updated"}');
  assert.ok((await server.send('GET', '/_space/t-1/_connector/a')).json.last_seen);
  await control(page);
  await page.click('[aria-label="Drop t-1"]');
  await page.until('the page is that of the first space', () => location.pathname === '/_mock/');
  assert.equal((await server.send('GET', '/_mock/spaces/t-1')).status, 404);
});

test('state goes out and comes in', async ({ page, server }) => {
  await server.fill('a', 1);
  await control(page);
  await page.until('there are buttons for it', () => document.querySelector('#state-file') && !document.querySelector('[data-needs="state"]').hidden);
  const state = (await server.send('GET', '/_mock/state')).text;
  await server.send('POST', '/_mock/reset');
  await page.run((text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], 'state.json'));
    const input = document.getElementById('state-file');
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
  }, state);
  await seen(page, '1 connector, 1 sync job ');
}, { needs: ['state'] });

test('keys alone are enough', async ({ page, server }) => {
  const jobs = await server.fill('a', 40);
  await page.press('2');
  await page.until('the list has the focus', () => document.activeElement.id === 'list-jobs' && document.querySelectorAll('#list-jobs .row').length > 5);
  await page.press('End');
  await page.until('the last one is chosen', (id) => document.getElementById('list-jobs').getAttribute('aria-activedescendant') === `list-jobs-${id}`, jobs[0]);
  await page.press('ArrowUp');
  await page.until('the one above it is shown', (id) => document.querySelector('#detail-jobs h2')?.textContent === id, jobs[1]);
  await becomes(page, jobs[1], () => document.getElementById(document.getElementById('list-jobs').getAttribute('aria-activedescendant') ?? '')?.dataset.key);
  await page.press('Enter');
  await page.until('the details have the focus', () => document.activeElement.closest('#detail-jobs'));
  for (let times = 0; times < 3 && !(await page.run(() => document.activeElement.dataset.call === 'claim')); times += 1) await page.press('Tab');
  await becomes(page, true, () => document.activeElement.matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle === 'solid');
  await page.press('Enter');
  await lit(page, 'in_progress');
  await page.press('Escape');
  await page.until('the list has the focus', () => document.activeElement.id === 'list-jobs');
  await page.press('/');
  await page.type(jobs[7].slice(2, 12));
  await page.until('one is left', () => document.querySelectorAll('#list-jobs .row').length === 1);
  await page.press('Escape');
  await page.press('Escape');
  await page.press('?');
  await page.until('the help is open', () => document.getElementById('dialog-help').open);
  await shot(page, 'help');
  await page.press('Escape');
  await page.until('the help is closed', () => !document.getElementById('dialog-help').open);
  await page.run(() => document.activeElement.blur());
  await page.press('t');
  await becomes(page, 'light', () => document.documentElement.dataset.theme);
});

test('what is typed stays while the server goes on', async ({ page, server }) => {
  const [job] = await server.fill('a', 1);
  await page.run((id) => { location.hash = `/jobs/${id}`; }, job);
  await lit(page, 'pending');
  await page.click('.view:not([hidden]) .call-line [aria-expanded]');
  await page.click('.view:not([hidden]) .call-edit textarea');
  await page.run(() => document.activeElement.select());
  await page.type('{"worker_hostname":"typed"}');
  for (let times = 0; times < 5; times += 1) await server.send('PUT', `/_connector/_sync_job/${job}/_check_in`);
  await page.until('the document is read again', () => document.querySelector('#detail-jobs').innerText.includes('version 6'));
  assert.deepEqual(await page.run(() => [document.activeElement.tagName, document.activeElement.value]), ['TEXTAREA', '{"worker_hostname":"typed"}']);
  await page.press('Enter', 2);
  await lit(page, 'in_progress');
  assert.equal((await server.send('GET', `/_connector/_sync_job/${job}`)).json.worker_hostname, 'typed');
});

test('1,000 jobs and 10,000 exchanges are lists of a few rows', async ({ page, server }) => {
  await server.fill('a', 1000);
  for (let sent = 0; sent < 9000; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => server.send('GET', `/_connector/_sync_job?size=0&from=${sent + index}`)));
  }
  await page.open(`${server.url}/_mock/#/jobs`);
  await page.until('all are known', () => document.getElementById('count-jobs').textContent === '1,000');
  await becomes(page, true, () => document.querySelectorAll('#list-jobs .row').length < 60);
  await shot(page, 'many-jobs');
  if ((await server.send('GET', '/_mock/requests?size=0')).status !== 200) return 'without the journal, which this server has not';
  await page.run(() => { location.hash = '/journal'; });
  await page.until('all are listed', () => document.getElementById('foot-journal').textContent.startsWith('10,000 exchanges'));
  await becomes(page, true, () => document.querySelectorAll('#list-journal .row').length < 80);
  await page.run(() => { document.getElementById('list-journal').scrollTop = 5000 * 28; });
  await page.until('those in the middle are drawn', () => [...document.querySelectorAll('#list-journal .row')].some((row) => row.getAttribute('aria-posinset') === '5002'));
  await shot(page, 'many-exchanges');
  return undefined;
});

test('a server that stops is told, and found again', async ({ page, server, program }) => {
  await server.fill('a', 1);
  await page.until('the job is there', () => document.getElementById('count-jobs').textContent === '1');
  await server.stop();
  await page.until('the loss is told', () => document.getElementById('live').dataset.is === 'lost');
  await becomes(page, true, () => document.getElementById('live').textContent.includes('does not answer'));
  await page.click('.view:not([hidden]) [data-call="check-in"]');
  await seen(page, 'no answer');
  await shot(page, 'lost');
  const again = await Server.start(program, { port: server.port });
  try {
    await ready(page);
    await page.until('what is not there any more is gone', () => document.getElementById('count-jobs').textContent === '0');
    await again.fill('b', 0);
    await seen(page, 'Connector b');
  } finally {
    await again.stop();
  }
});

test('with a token the page is opened with it', async ({ page, server }) => {
  assert.equal((await server.send('GET', '/_mock/')).status, 403);
  await page.open(`${server.url}/_mock/?token=s3cret%20t`);
  await ready(page);
  await page.click('[data-call="first"]');
  await lit(page, 'created');
  await control(page);
  await page.click('#card-snapshots input');
  await page.type('s');
  await page.press('Enter');
  await page.until('it is listed', () => document.querySelector('#snapshots tbody tr'));
  const headers = { 'x-mock-token': 's3cret t' };
  assert.equal((await server.send('GET', '/_mock/snapshots', undefined, headers)).json.count, 1);
}, { options: ['--control-token', 's3cret t'] });

for (const theme of ['light', 'dark']) {
  test(`looks, ${theme}: contrast, names, widths`, async ({ page, server }) => {
    await page.theme(theme);
    const [one, two] = await server.fill('a', 3);
    await server.fill('b', 0);
    await server.send('PUT', `/_connector/_sync_job/${one}/_claim`, { worker_hostname: 'w' });
    await server.send('PUT', `/_connector/_sync_job/${one}/_error`, { error: 'ConnectionError: the source is gone' });
    await server.send('PUT', `/_connector/_sync_job/${two}/_cancel`);
    await server.send('PUT', '/_connector/_sync_jobs/x/_claim', { worker_hostname: 'w' });
    await server.send('PUT', '/_connector/b/_error', { error: 'a text' });
    await server.send('POST', '/_mock/faults', '"*/_claim 503 x2"');
    await server.send('PUT', '/_mock/snapshots/s');
    const last = (await server.send('GET', '/_mock/requests?size=1&order=desc')).json?.requests?.[0]?.number;
    const hashes = { connectors: '/connectors/b', jobs: `/jobs/${one}`, journal: last === undefined ? '/journal' : `/journal/${last}`, control: '/control' };
    for (const [width, height] of [WIDE, [1000, 800], NARROW]) {
      await page.size(width, height);
      for (const view of VIEWS) {
        const lists = width === NARROW[0] ? [`/${view}`, hashes[view]] : [hashes[view]];
        for (const hash of new Set(lists)) {
          await page.run((to) => { location.hash = to; }, hash);
          await page.run(() => new Promise((done) => { setTimeout(done, 250); }));
          const where = `${view} at ${width}`;
          await becomes(page, [], tooWide, where);
          await becomes(page, [], weakTexts, where);
          await becomes(page, [], nameless, where);
          await becomes(page, [], unreachable, where);
          await shot(page, `${theme}-${width}-${view}${hash === `/${view}` && view !== 'control' ? '-list' : ''}`);
        }
      }
    }
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] });
    await becomes(page, 0, () => document.getAnimations().length);
  });
}

let passed = 0;
const failures = [];
const skipped = [];
const wanted = option('--only');
const browser = await Browser.start(chromium);

async function play({ name, work, needs, options }) {
  const server = await Server.start(mock, { options });
  const page = await browser.page(...WIDE);
  try {
    if (slow > 1) await page.slow(slow);
    for (const route of needs) {
      if ((await server.send('GET', `/_mock/${route}`)).status === 404) {
        skipped.push(name);
        console.log(`SKIPPED ${name}: this server has no /_mock/${route}`);
        return;
      }
    }
    if (!options.length) {
      await page.theme('light');
      await page.open(`${server.url}/_mock/`);
      await ready(page);
    }
    const without = await work({ page, server, program: mock });
    assert.deepEqual(page.complaints, []);
    assert.deepEqual(page.asked.filter((url) => !url.startsWith(server.url) && !/^(data|about|blob):/.test(url)), []);
    passed += 1;
    console.log(`ok      ${name}${without ? ` (${without})` : ''}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAILED  ${name}: ${error.stack}`);
    if (page.complaints.length) console.log(`        the page complained: ${page.complaints.join('\n')}`);
    if (shots) await page.screenshot(join(shots, `failed-${failures.length}.png`)).catch(() => {});
  } finally {
    await page.close().catch(() => {});
    await server.stop();
  }
}

try {
  for (const one of tests) {
    if (!wanted || one.name.includes(wanted)) await play(one);
  }
} finally {
  await browser.stop();
}
console.log(`${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
process.exitCode = failures.length || !passed ? 1 : 0;
