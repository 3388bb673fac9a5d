interface Event {
  readonly at: number
  readonly order: number
  readonly act: () => void
}

/** Things to come, in the order of their time; of those at one time the one planned first comes first. */
export class EventQueue {
  /** The time of the last event that happened, in milliseconds since 1970. */
  now: number
  readonly #heap: Event[] = []
  #order = 0

  constructor(now: number) {
    this.now = now
  }

  after(ms: number, act: () => void): void {
    const heap = this.#heap
    const event = { at: this.now + ms, order: this.#order++, act }
    let index = heap.push(event) - 1
    while (index > 0) {
      const above = (index - 1) >> 1
      const other = heap[above] as Event
      if (!isBefore(event, other)) break
      heap[index] = other
      index = above
    }
    heap[index] = event
  }

  /** Lets the next event happen; false when there is none. */
  step(): boolean {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined) return false
    if (heap.length > 0) sink(heap, last)
    this.now = first.at
    first.act()
    return true
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function sink(heap: Event[], event: Event): void {
  let index = 0
  for (;;) {
    const left = 2 * index + 1
    const right = left + 1
    if (left >= heap.length) break
    const below = right < heap.length && isBefore(heap[right] as Event, heap[left] as Event) ? right : left
    const other = heap[below] as Event
    if (!isBefore(other, event)) break
    heap[index] = other
    index = below
  }
  heap[index] = event
}
