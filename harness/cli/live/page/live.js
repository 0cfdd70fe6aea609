// Shows what the run tells as server-sent events. Text from outside gets in as text nodes and attributes alone.

const SVG = 'http://www.w3.org/2000/svg';
const LEFT = 64;
const RIGHT = 12;
/** As wide as it is shown, so that its letters keep their size on a telephone. */
const width = () => Math.max(300, byId('trial').clientWidth - 40);
/** Trials before the one under way that stay on the page. */
const MOST_BEFORE = 12;

const byId = (id) => document.getElementById(id);

function element(name, attributes = {}, children = []) {
  return fill(document.createElement(name), attributes, children);
}

function drawn(name, attributes = {}, children = []) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const ms = (value) =>
  value === null ? '–' : value >= 1000 ? `${round(value / 1000)} s` : `${round(value)} ms`;
const round = (value) => String(Number(value.toPrecision(3)));
const percent = (share) =>
  share === null ? '–' : share === 1 ? '100 %' : `${Math.min(99.9, Math.round(share * 1000) / 10)} %`;

const STAGES = { starting: 'starting the services', stopping: 'healing and stopping' };

let shown = null;
const before = [];

function showNow(now) {
  const name = `${now.place} ${now.experiment} ${now.trial}`;
  if (shown && shown.name !== name) keepBefore(shown.now);
  // While a trial is stopped its seconds stay as they were.
  shown = { name, now };
  byId('where').textContent = `${now.experiment} · ${now.variant}`;
  byId('what').textContent = `Trial ${now.trial}, ${now.place} of the run`;
  byId('figures').replaceChildren(...figuresOf(now));
  byId('pictures').replaceChildren(...picturesOf(now));
}

function figuresOf(now) {
  const { figures } = now;
  const all = [
    ['Phase', STAGES[now.stage] ?? now.phase ?? 'finishing', false],
    ['Active fault', now.fault ?? 'none', now.fault !== null],
    ['Time left', now.leftSeconds === null ? '–' : `${now.leftSeconds} s`, false],
    ['Rate', figures ? `${Math.round(figures.rate)}/s` : '–', false],
    ['p50', figures ? ms(figures.p50Ms) : '–', false],
    ['p99', figures ? ms(figures.p99Ms) : '–', figures !== null && figures.p99Ms > now.deadlineMs],
    ['Errors', figures ? String(figures.errors) : '–', figures !== null && figures.errors > 0],
    ['Goodput', figures ? percent(figures.goodput) : '–', false],
  ];
  if (figures && figures.refused > 0) all.push(['Refused', String(figures.refused), false]);
  return all.map(([term, text, isAlert]) =>
    element('div', isAlert ? { class: 'alert' } : {}, [element('dt', {}, [term]), element('dd', {}, [text])]),
  );
}

function picturesOf(now) {
  if (now.seconds.length === 0) return [];
  return [latencyPicture(now), goodputPicture(now, 120)];
}

function latencyPicture(now) {
  const all = now.seconds.flatMap(({ p50Ms, p99Ms }) => [p50Ms ?? [], p99Ms ?? []].flat());
  const values = [...all, now.deadlineMs].map((value) => Math.max(0.1, value));
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const height = 190;
  const y = (value) => 8 + ((high - Math.log10(Math.max(0.1, value))) / (high - low)) * (height - 30);
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const caption = element('figcaption', {}, [
    'Response time each second: ',
    element('span', { class: 'key-median' }, ['median (solid)']),
    ', ',
    element('span', { class: 'key-tail' }, ['p99 (dashed)']),
    `; deadline ${ms(now.deadlineMs)} dotted; fault shaded`,
  ]);
  return picture(now, height, caption, [
    ...ticks.flatMap((tick) => levelOf(y(tick), ms(tick))),
    drawn('line', {
      class: 'deadline',
      x1: LEFT,
      x2: width() - RIGHT,
      y1: y(now.deadlineMs),
      y2: y(now.deadlineMs),
    }),
    ...lineOf(now, 'tail', (second) => second.p99Ms, y),
    ...lineOf(now, 'median', (second) => second.p50Ms, y),
  ]);
}

function goodputPicture(now, height) {
  const y = (share) => 8 + (1 - share) * (height - 30);
  const caption = element('figcaption', {}, ['Goodput of correct answers each second; fault shaded']);
  return picture(now, height, caption, [
    ...[0, 0.5, 1].flatMap((share) => levelOf(y(share), `${share * 100} %`)),
    ...lineOf(now, 'goodput', (second) => second.goodput, y),
  ]);
}

function picture(now, height, caption, parts) {
  const x = xOf(now);
  const marks = (width() < 500 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((share) => {
    const [first, last] = rangeOf(now);
    const second = Math.round(first + share * (last - first));
    return drawn('text', { x: x(second), y: height - 4, 'text-anchor': 'middle' }, [`${second} s`]);
  });
  const shades = now.seconds
    .filter(({ fault }) => fault !== null)
    .map(({ toSecond }) =>
      drawn('rect', {
        class: 'fault',
        x: x(toSecond - 1),
        width: x(toSecond) - x(toSecond - 1),
        y: 8,
        height: height - 30,
      }),
    );
  const svg = drawn(
    'svg',
    { viewBox: `0 0 ${width()} ${height}`, role: 'img', 'aria-label': caption.textContent },
    [...shades, ...parts, ...marks],
  );
  return element('figure', {}, [caption, svg]);
}

function rangeOf({ seconds, endSeconds }) {
  return [seconds[0].toSecond - 1, Math.max(endSeconds, seconds.at(-1).toSecond)];
}

function xOf(now) {
  const [first, last] = rangeOf(now);
  return (second) => LEFT + ((second - first) / (last - first)) * (width() - LEFT - RIGHT - 16);
}

function levelOf(y, text) {
  return [
    drawn('line', { class: 'grid', x1: LEFT, x2: width() - RIGHT, y1: y, y2: y }),
    drawn('text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, [text]),
  ];
}

/** Broken where a second has no value. */
function lineOf(now, kind, of, y) {
  const x = xOf(now);
  let path = '';
  let isPen = false;
  for (const second of now.seconds) {
    const value = of(second);
    if (value !== null)
      path += `${isPen ? 'L' : 'M'}${x(second.toSecond - 0.5).toFixed(1)} ${y(value).toFixed(1)}`;
    isPen = value !== null;
  }
  return [drawn('path', { class: kind, d: path })];
}

function keepBefore(now) {
  if (now.seconds.length === 0) return;
  before.unshift(now);
  before.length = Math.min(before.length, MOST_BEFORE);
  byId('before').hidden = false;
  byId('list').replaceChildren(
    ...before.map((one) =>
      element('div', {}, [
        element('h3', {}, [`${one.experiment} · ${one.variant} (trial ${one.trial})`]),
        goodputPicture(one, 90),
      ]),
    ),
  );
}

function showEnd(end) {
  const badge = (outcome) => element('span', { class: `badge ${outcome}` }, [outcome]);
  const parts = [
    element('h2', {}, ['The run is over: ', badge(end.outcome)]),
    element('p', {}, [end.meaning]),
    ...end.experiments.map(({ name, outcome, sentence }) =>
      element('p', {}, [element('strong', {}, [name]), ': ', badge(outcome), ' ', sentence]),
    ),
  ];
  if (end.report)
    parts.push(
      element('p', {}, [
        'Report: ',
        element('a', { href: end.report.url }, [end.report.path]),
        ' (a browser may refuse to follow a link to a file: open the path yourself then)',
      ]),
    );
  byId('end').replaceChildren(...parts);
  byId('end').hidden = false;
  byId('figures').replaceChildren();
  byId('what').textContent = 'The last trial';
}

const source = new EventSource('/events');
const on = (event, show) => source.addEventListener(event, ({ data }) => show(JSON.parse(data)));

on('run', ({ runId, command }) => {
  byId('title').textContent = `Gauntlet ${command}, live`;
  byId('run').textContent = `Run ${runId}`;
});
on('now', showNow);
on('end', (end) => {
  source.close();
  byId('connection').hidden = true;
  showEnd(end);
});
source.onopen = () => {
  byId('connection').hidden = true;
};
source.onerror = () => {
  byId('connection').textContent =
    'The run does not answer: it has ended without a word, or this page was cut off.';
  byId('connection').hidden = false;
};
