/** Listeners by event; one that throws hurts neither the caller nor its neighbours. @module */

/** Tells listeners what happened. */
export interface Emitter<Events> {
  /** The returned function ends the listening. */
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void;
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
  /** Forgets every listener. */
  clear(): void;
}

/**
 * Makes an emitter.
 *
 * @param failed - Told of what a listener threw.
 */
export function createEmitter<Events>(failed: (error: unknown) => void): Emitter<Events> {
  type Listener = (payload: Events[keyof Events]) => void;
  const listeners = new Map<keyof Events, Set<Listener>>();
  return {
    on(event, listener) {
      // A wrapper of its own, so that a function registered twice is two listeners.
      const own = ((payload) => listener(payload as Events[typeof event])) as Listener;
      const ofEvent = listeners.get(event) ?? new Set();
      listeners.set(event, ofEvent.add(own));
      return () => void ofEvent.delete(own);
    },
    emit(event, payload) {
      for (const listener of [...(listeners.get(event) ?? [])]) {
        try {
          listener(payload);
        } catch (error) {
          failed(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
