// A mock server that runs for one test.

import { spawn } from 'node:child_process';

const START = 20_000;

export class Server {
  #child;

  /** Starts the program; `port` 0 takes a free one. */
  static async start(program, { port = 0, options = [] } = {}) {
    const server = new Server();
    server.program = program;
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ES_MOCK_')));
    server.#child = spawn(program, ['--listen', `127.0.0.1:${port}`, ...options], { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
    server.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the mock server does not say where it listens')), START);
      let text = '';
      server.#child.stdout.setEncoding('utf8');
      server.#child.stdout.on('data', (more) => {
        text += more;
        const found = /^listening on (\S+)\n/.exec(text);
        if (found) { clearTimeout(timer); resolve(found[1]); }
      });
      server.#child.on('error', reject);
      server.#child.on('exit', (code) => reject(new Error(`the mock server ended with code ${code}`)));
    });
    server.port = Number(new URL(server.url).port);
    return server;
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => { this.#child.once('exit', resolve); });
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** Sends a request as a client does; status and JSON, or text where it is none. */
  async send(method, path, body, headers = {}) {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(this.url + path, { method, headers: { ...type, ...headers }, body: text });
    const answer = await response.text();
    let json;
    try { json = JSON.parse(answer); } catch { json = undefined; }
    return { status: response.status, json, text: answer };
  }

  /** A connector that can sync, and as many jobs of it. */
  async fill(id, jobs) {
    await this.send('PUT', `/_connector/${id}`, { name: `Connector ${id}`, service_type: 'postgresql', index_name: `search-${id}` });
    const ids = [];
    for (let index = 0; index < jobs; index += 1) {
      ids.push((await this.send('POST', '/_connector/_sync_job', { id })).json.id);
    }
    return ids;
  }
}
