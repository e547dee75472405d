// A headless Chromium, spoken to in the DevTools protocol over a pipe: no package is needed.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START = 30_000;
const PATIENCE = 30_000;

/** Arguments that keep it quiet: no sandbox where it cannot have one, nothing sent home. */
const ARGUMENTS = [
  '--headless=new', '--remote-debugging-pipe', '--no-first-run', '--no-default-browser-check', '--disable-gpu', '--disable-quic',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions', '--hide-scrollbars',
  '--disable-dev-shm-usage', '--mute-audio', '--lang=en',
];

export class Browser {
  #child;
  #folder;
  #last = 0;
  #waiting = new Map();
  #listeners = new Map();
  #rest = '';
  #ended;

  static async start(program) {
    const browser = new Browser();
    browser.#folder = mkdtempSync(join(tmpdir(), 'connector-mock-page-'));
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const options = { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] };
    browser.#child = spawn(program, [...ARGUMENTS, ...root, `--user-data-dir=${browser.#folder}`, 'about:blank'], options);
    browser.#child.on('error', (error) => browser.#end(`cannot start ${program}: ${error.message}`));
    browser.#child.on('exit', (code) => browser.#end(`the browser ended with code ${code}`));
    browser.#child.stdio[3].on('error', () => {});
    browser.#child.stdio[4].setEncoding('utf8');
    browser.#child.stdio[4].on('data', (text) => browser.#read(text));
    await browser.send('Browser.getVersion', {}, undefined, START);
    return browser;
  }

  #end(why) {
    this.#ended = why;
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }

  /** Messages end with a zero byte. */
  #read(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages) this.#take(JSON.parse(message));
  }

  #take({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      this.#listeners.get(sessionId)?.(method, params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(`${waiting.method}: ${error.message}`));
    else waiting?.resolve(result);
  }

  send(method, params = {}, sessionId = undefined, patience = PATIENCE) {
    if (this.#ended) return Promise.reject(new Error(this.#ended));
    const id = this.#last += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} is not answered after ${patience} ms`)), patience);
      const after = (then) => (value) => { clearTimeout(timer); then(value); };
      this.#waiting.set(id, { method, resolve: after(resolve), reject: after(reject) });
      this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** A page of its own, as large as this. */
  async page(width, height) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    this.#listeners.set(sessionId, (method, params) => page.heard(method, params));
    await page.set(width, height);
    return page;
  }

  async stop() {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.send('Browser.close').catch(() => {});
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(timer);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Names of keys with what a browser is told of them. */
const KEYS = {
  Enter: [13, '\r'], Escape: [27], Tab: [9], ArrowUp: [38], ArrowDown: [40], Home: [36], End: [35], PageDown: [34], PageUp: [33],
};

export class Page {
  /** What the page complained of: errors of its script, and what its policy forbade. */
  complaints = [];
  /** Every URL that it asked for. */
  asked = [];

  constructor(browser, session, target) {
    Object.assign(this, { browser, session, target });
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  heard(method, params) {
    if (method === 'Runtime.exceptionThrown') {
      this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (method === 'Log.entryAdded' && params.entry.source === 'security') {
      this.complaints.push(params.entry.text);
    } else if (method === 'Network.requestWillBeSent') {
      this.asked.push(params.request.url);
    } else if (method === 'Network.responseReceived' && params.type === 'Document') {
      this.headers = params.response.headers;
    } else if (method === 'Fetch.requestPaused') {
      this.paused?.(params);
    }
  }

  async set(width, height) {
    await Promise.all(['Page', 'Runtime', 'Log', 'Network'].map((domain) => this.send(`${domain}.enable`)));
    await this.size(width, height);
  }

  /** Makes the processor of the page this many times slower. */
  slow(rate) {
    return this.send('Emulation.setCPUThrottlingRate', { rate });
  }

  size(width, height) {
    return this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  }

  theme(value) {
    return this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
  }

  async open(url) {
    await this.send('Page.navigate', { url });
    await this.until('the page is loaded', () => document.readyState === 'complete');
  }

  /** What a function of the page gives; arguments and result are JSON. */
  async run(work, ...given) {
    const expression = `(${work})(...${JSON.stringify(given)})`;
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until a function of the page gives something true, and gives that. */
  async until(what, work, ...given) {
    const end = Date.now() + PATIENCE;
    let last = 'it is not';
    while (Date.now() < end) {
      try {
        const found = await this.run(work, ...given);
        if (found) return found;
      } catch (error) {
        last = error.message;
      }
      await new Promise((resolve) => { setTimeout(resolve, 25); });
    }
    throw new Error(`waited until ${what}: ${last}`);
  }

  /**
   * Clicks with the mouse in the middle of the first element of this selector that can be seen. Where the page moved
   * between the look and the click, the click is kept from what it hit instead, and tried again.
   */
  async click(selector) {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      const at = await this.#aim(selector);
      for (const type of ['mousePressed', 'mouseReleased']) {
        await this.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
      }
      // A page that the click left has no guard any more.
      if (await this.run(() => globalThis.hit?.() ?? true)) return;
    }
    throw new Error(`clicked ${selector}: it moved each time`);
  }

  /** Where to click, when it has come to rest; from then on the page keeps the mouse from everything else. */
  #aim(selector) {
    return this.until(`${selector} can be clicked`, async (wanted) => {
      const find = () => [...document.querySelectorAll(wanted)].find((one) => one.getClientRects().length && !one.disabled);
      const middle = (el) => { const { left, top, width, height } = el.getBoundingClientRect(); return { x: left + width / 2, y: top + height / 2 }; };
      const frame = () => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
      const el = find();
      if (!el) return undefined;
      el.scrollIntoView({ block: 'nearest' });
      const before = middle(el);
      await frame();
      // It has come to rest, and nothing lies over it.
      const at = middle(el);
      const top = document.elementFromPoint(at.x, at.y);
      if (find() !== el || at.x !== before.x || at.y !== before.y || !(el === top || el.contains(top))) return undefined;
      const events = ['mousedown', 'mouseup', 'click'];
      const heard = new Set();
      const guard = (event) => {
        if (event.target.closest?.(wanted)) { heard.add(event.type); return; }
        event.preventDefault();
        event.stopImmediatePropagation();
      };
      for (const event of events) window.addEventListener(event, guard, true);
      globalThis.hit = () => {
        for (const event of events) window.removeEventListener(event, guard, true);
        return heard.has('click');
      };
      return at;
    }, selector);
  }

  async press(key, modifiers = 0) {
    const [code, text = key.length === 1 ? key : undefined] = KEYS[key] ?? [key.toUpperCase().charCodeAt(0)];
    const params = { key, windowsVirtualKeyCode: code, modifiers };
    await this.send('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', text, ...params });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...params });
  }

  /** Types into what has the focus. */
  type(text) {
    return this.send('Input.insertText', { text });
  }

  async screenshot(file) {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    writeFileSync(file, Buffer.from(data, 'base64'));
  }

  close() {
    return this.browser.send('Target.closeTarget', { targetId: this.target });
  }
}
