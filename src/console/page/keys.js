/**
 * What the page does by key.
 * @typedef {object} KeyTargets
 * @property {(id: string) => HTMLElement} find
 * @property {() => void} togglePause
 * @property {(step: 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last') => void} move
 * @property {() => void} open the active record
 * @property {() => void} close
 */

const STEPS = /** @type {const} */ ({
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'first',
  End: 'last',
});

/** @param {KeyTargets} targets */
export function listenToKeys(targets) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const isHandled = takeKey(event.key, event.target, targets);
    if (isHandled) event.preventDefault();
  });
}

/**
 * @param {string} key
 * @param {EventTarget | null} at
 * @param {KeyTargets} targets
 * @returns {boolean} whether the key was one of ours
 */
function takeKey(key, at, targets) {
  const grid = targets.find('records');
  const isControl =
    at instanceof Element && at.closest('input, select, textarea, button, a, summary') !== null;
  if (key === 'Escape') return escape(at, targets);
  if (at === grid && takeGridKey(key, targets)) return true;
  const areSingleKeysOn = /** @type {HTMLInputElement} */ (targets.find('single-keys')).checked;
  // WCAG 2.1.4: keys of one character can be turned off, for those who speak to their machine.
  if (isControl || !areSingleKeysOn) return false;
  if (key === 'p' || key === ' ') targets.togglePause();
  else if (key === '/') targets.find('filter-text').focus();
  else return false;
  return true;
}

/**
 * @param {EventTarget | null} at
 * @param {KeyTargets} targets
 */
function escape(at, { find, close }) {
  const field = /** @type {HTMLInputElement} */ (find('filter-text'));
  if (at !== field) {
    close();
    return true;
  }
  // The first one empties the field, as search fields do in some browsers; the next one leaves it.
  if (field.value === '') find('records').focus();
  field.value = '';
  field.dispatchEvent(new Event('input'));
  return true;
}

/**
 * @param {string} key
 * @param {KeyTargets} targets
 */
function takeGridKey(key, { move, open, togglePause }) {
  if (key in STEPS) move(STEPS[/** @type {keyof typeof STEPS} */ (key)]);
  else if (key === 'Enter') open();
  else if (key === ' ') togglePause();
  else return false;
  return true;
}
