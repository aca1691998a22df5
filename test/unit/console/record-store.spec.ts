import { importPageModule } from './page-module.js';

interface Entry {
  readonly record?: { readonly id: string };
  readonly gap?: { readonly missed: number | null };
}
interface Store {
  readonly shown: readonly Entry[];
  readonly total: number;
  readonly shownTotal: number;
  readonly waitingCount: number;
  add(records: object[]): void;
  addOlder(records: object[]): void;
  addGap(missed: number | null): void;
  setFilter(matches: (record: { id: string }) => boolean): void;
  setPaused(isPaused: boolean): void;
  clear(): void;
}
interface Change {
  readonly added: number;
  readonly isOther: boolean;
}
type StoreClass = new (onChange: (change: Change) => void) => Store;
const { RecordStore } = await importPageModule<{ RecordStore: StoreClass }>('record-store.js');

const records = (from: number, to: number): { id: string }[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: `${from + index}` }));

describe('the records of the console', () => {
  let changes: Change[];
  let store: Store;
  beforeEach(() => {
    changes = [];
    store = new RecordStore((change) => changes.push(change));
  });
  const ids = (): string[] =>
    store.shown.map(({ record, gap }) => record?.id ?? `gap of ${gap?.missed ?? 'unknown'}`);

  it('are in order, wherever they come in, and none is there twice', () => {
    store.add(records(5, 8));
    store.addOlder(records(2, 6));
    store.addGap(3);
    store.add(records(7, 9));
    expect(ids()).toEqual(['2', '3', '4', '5', '6', '7', 'gap of 3', '8']);
  });

  it('wait while the list is paused', () => {
    store.add(records(0, 2));
    store.setPaused(true);
    store.add(records(1, 4));
    expect({ ids: ids(), waiting: store.waitingCount }).toEqual({ ids: ['0', '1'], waiting: 2 });
    store.setPaused(false);
    expect({ ids: ids(), waiting: store.waitingCount }).toEqual({ ids: ['0', '1', '2', '3'], waiting: 0 });
    expect(changes.at(-1)).toEqual({ added: 2, isOther: false });
  });

  it('are held against the filter, gaps are not', () => {
    store.add(records(0, 4));
    store.addGap(null);
    store.setFilter(({ id }) => id === '1' || id === '5');
    store.add(records(4, 7));
    expect(ids()).toEqual(['1', 'gap of unknown', '5']);
    expect([store.shownTotal, store.total]).toEqual([2, 7]);
  });

  it.each([false, true])('are the newest 20,000 and some, filtered: %s', (isFiltered) => {
    const isEven = ({ id }: { id: string }): boolean => Number(id) % 2 === 0;
    if (isFiltered) store.setFilter(isEven);
    for (let from = 0; from < 50_000; from += 500) store.add(records(from, from + 500));
    expect(store.total).toBeLessThanOrEqual(21_000);
    const kept = records(50_000 - store.total, 50_000);
    expect(ids()).toEqual((isFiltered ? kept.filter(isEven) : kept).map(({ id }) => id));
    // What fell out is forgotten, so that its place is not kept either.
    store.addOlder(records(0, 10));
    expect(store.total).toBeLessThanOrEqual(21_000);
  });

  it('do not grow without end while the list is paused', () => {
    store.setPaused(true);
    for (let from = 0; from < 50_000; from += 500) store.add(records(from, from + 500));
    expect(store.waitingCount).toBeLessThanOrEqual(21_000);
    store.setPaused(false);
    expect(ids().at(-1)).toBe('49999');
  });

  it('are gone when they are cleared, and may come again', () => {
    store.add(records(0, 2));
    store.clear();
    store.add(records(0, 2));
    expect(ids()).toEqual(['0', '1']);
  });
});
