/** Waits for the words on the checkout's button. @module */

/** Settles when the button ends with a text: when that was, in milliseconds since 1970 UTC. */
export function buttonChanged(end: string): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      const button = document.querySelector("[data-testid=checkout-button]");
      if (!button?.textContent?.endsWith(end)) return;
      observer.disconnect();
      resolve(Date.now());
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
}
