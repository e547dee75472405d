// Functions that run in the page and say how it looks. They may use nothing outside of themselves.

/** Texts whose contrast is below WCAG AA: 4.5, and 3 for large ones. */
export function weakTexts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const colour = (text, over) => {
    canvas.clearRect(0, 0, 1, 1);
    if (over) { canvas.fillStyle = `rgb(${over.join(' ')})`; canvas.fillRect(0, 0, 1, 1); }
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const part = (value) => { const v = value / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
      const text = getComputedStyle(at).backgroundColor;
      const [, , , alpha] = colour(text);
      if (alpha > 0) layers.unshift(text);
      if (alpha === 255) break;
    }
    return layers.reduce((under, text) => colour(text, under).slice(0, 3), [255, 255, 255]);
  };
  const weak = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    if (!node.textContent.trim() || !el.checkVisibility({ visibilityProperty: true }) || el.closest('svg, option, script, style, :disabled')) continue;
    const style = getComputedStyle(el);
    const under = ground(el);
    const [a, b] = [luminance(colour(style.color, under).slice(0, 3)), luminance(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) weak.add(`${ratio.toFixed(2)} [${node.textContent.trim().slice(0, 40)}] ${style.color} on ${under.join(',')}`);
  }
  return [...weak];
}

/** How much wider the page is than the window, and what stands out. */
export function tooWide() {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide <= 0) return [];
  const out = [...document.querySelectorAll('body *')].filter((el) => el.checkVisibility() && el.getBoundingClientRect().right > innerWidth + 1);
  return [`by ${wide} px`, ...out.slice(0, 5).map((el) => `${el.tagName} ${el.id} ${el.className}`)];
}

/** Things to use that can be seen and have no name. */
export function nameless() {
  const nameOf = (el) => el.getAttribute('aria-label') || (el.labels?.length && [...el.labels].some((label) => label.textContent.trim())) || el.textContent.trim() || el.title;
  return [...document.querySelectorAll('button, a[href], input, select, textarea, [role="listbox"], [role="option"], section, [role="region"], nav, aside')]
    .filter((el) => el.checkVisibility() && !el.closest('[aria-hidden="true"]') && !nameOf(el)).map((el) => el.outerHTML.slice(0, 120));
}

/** What Tab cannot reach although it can be clicked. */
export function unreachable() {
  return [...document.querySelectorAll('button, a[href], input, select, textarea, [role="listbox"], summary')]
    .filter((el) => el.checkVisibility() && el.tabIndex < 0 && !el.closest('[aria-hidden="true"], .visually-hidden')).map((el) => el.outerHTML.slice(0, 120));
}
