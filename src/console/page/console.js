import { AuditClient } from './audit-client.js';
import { AuditFollower } from './audit-follower.js';
import { ConnectionBar } from './connection-bar.js';
import { FilterBar } from './filter-bar.js';
import { Hints } from './hints.js';
import { listenToKeys } from './keys.js';
import { RecordDetails } from './record-details.js';
import { RecordStore } from './record-store.js';
import { RecordTable } from './record-table.js';

/** Milliseconds after which a change is shown where no frame is drawn: in a tab in the background. */
const BACKGROUND_MS = 200;

let isLive = false;
/** Records that came while nobody looked. */
let unseen = 0;
/** @type {import('./record-store.js').Change | undefined} what the next frame has to show */
let change;

const client = new AuditClient(new URL('api/secrets/', location.href).href);
const store = new RecordStore(noteChange);
const hints = new Hints(find);
const table = new RecordTable(
  {
    scroller: find('scroller'),
    sizer: find('sizer'),
    table: /** @type {HTMLTableElement} */ (find('records')),
    body: /** @type {HTMLTableSectionElement} */ (find('rows')),
  },
  (entry) => details.open(entry),
);
const filters = new FilterBar(find, (matches) => store.setFilter(matches));
const details = new RecordDetails(find, {
  onSearch: (text) => filters.searchFor(text),
  onCopied: announce,
});
const bar = new ConnectionBar(find, client, { onRetry: () => follower.retryNow(), onForget: startAnew });
let follower = follow();

listenToKeys({
  find,
  togglePause,
  move: (step) => {
    const active = table.move(step);
    if (active !== undefined && details.isOpen) details.open(active);
  },
  open: () => {
    const active = table.active ?? table.move('first');
    if (active !== undefined) details.open(active, { takesFocus: true });
  },
  close: () => details.close(),
});
find('pause').addEventListener('click', togglePause);
find('newest').addEventListener('click', () => table.scrollToTop());
find('scroller').addEventListener('scroll', showCounts, { passive: true });
for (const name of ['online', 'visibilitychange']) {
  (name === 'online' ? window : document).addEventListener(name, () => {
    if (document.visibilityState === 'visible') resumeAttention();
  });
}

function follow() {
  const started = new AuditFollower(client, {
    onConnection: (connection) => {
      isLive = connection.name === 'live';
      bar.show(connection);
      noteChange({ added: 0, isOther: false });
    },
    onRecords: (records) => {
      takeNote(records);
      store.add(records);
    },
    onOlder: (records) => {
      takeNote(records);
      store.addOlder(records);
    },
    onGap: (missed) => store.addGap(missed),
  });
  void started.run();
  return started;
}

/** Another person may sit here now: nothing of the one before stays. */
function startAnew() {
  follower.stop();
  details.close();
  hints.forget();
  find('address-warning').hidden = true;
  store.clear();
  follower = follow();
}

/** @param {import('./audit-client.js').AuditRecord[]} records */
function takeNote(records) {
  hints.note(records);
  if (records.some(({ uri }) => uri !== undefined)) find('address-warning').hidden = false;
}

/**
 * Changes of one frame are shown together.
 * @param {import('./record-store.js').Change} more
 */
function noteChange(more) {
  if (document.hidden) unseen += more.added;
  if (change !== undefined) {
    change = { added: change.added + more.added, isOther: change.isOther || more.isOther };
    return;
  }
  change = more;
  const frame = requestAnimationFrame(show);
  const timer = setTimeout(show, BACKGROUND_MS);
  function show() {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    const shown = change;
    change = undefined;
    if (shown !== undefined) showChange(shown);
  }
}

/** @param {import('./record-store.js').Change} shown */
function showChange(shown) {
  hints.show({ isLive, hasToken: client.hasToken, total: store.total, shown: store.shownTotal });
  table.show(store.shown, shown);
  showCounts();
  if (shown.isOther && filters.isActive) announce(`${store.shownTotal} of ${store.total} match.`);
}

function showCounts() {
  const { shownTotal, total, waitingCount, isPaused } = store;
  const parts = [filters.isActive ? `${shownTotal} of ${total} records` : `${total} records`];
  if (isPaused) parts.push(`paused, ${waitingCount} waiting`);
  find('counts').textContent = parts.join('; ');
  find('pause').textContent = isPaused ? `Go on (${waitingCount} waiting)` : 'Pause';
  find('pause').ariaPressed = String(isPaused);
  find('newest').hidden = table.isAtTop;
  document.title = `${unseen > 0 ? `(${unseen}) ` : ''}Audit console`;
}

function togglePause() {
  store.setPaused(!store.isPaused);
  announce(store.isPaused ? 'Paused.' : 'Going on.');
}

function resumeAttention() {
  unseen = 0;
  showCounts();
  if (find('connection').dataset['state'] === 'waiting') follower.retryNow();
}

/** Said by screen readers; records are not, which would never end. */
function announce(/** @type {string} */ text) {
  find('announcement').textContent = text;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function find(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no "${id}"`);
  return element;
}
