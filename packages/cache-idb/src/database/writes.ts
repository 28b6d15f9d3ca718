/** Transactions that write, as Firefox lets one. */

/** How often a write that met a lost connection is begun at most, and the pause before each new attempt. */
const ATTEMPTS = 4;
const PAUSE_MS = 15;
/** So long after it met the quota, Firefox has given back its journal, which counts as used (up to 5 MB). */
const GIVE_BACK_MS = 100;

/** Runs a write that is a transaction of its own, and again where the failure itself may have mended what it met. */
export type Write = <T>(write: () => Promise<T>) => Promise<T>;

/**
 * Firefox drops its connection to the database, and with it the journal, when a write meets the quota. What is written
 * next, whatever it is, fails with an `InvalidStateError` ("a mutation operation was attempted on a database that did not
 * allow mutations"); what comes after that is done by a new connection, and there may be room. In other browsers a full
 * quota is full: that is found out once.
 */
export function createWrite(): Write {
  /** Unknown until the first write has met the quota. */
  let givesBack: boolean | undefined;

  const overLostConnections: Write = async (write) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await write();
      } catch (error) {
        if (!isNamed(error, "InvalidStateError")) throw error;
        givesBack = true;
        if (attempt === ATTEMPTS) throw error;
        await pause(PAUSE_MS);
      }
    }
  };

  return async (write) => {
    try {
      return await overLostConnections(write);
    } catch (error) {
      if (givesBack === false || !isNamed(error, "QuotaExceededError")) throw error;
      givesBack ??= false;
      await pause(GIVE_BACK_MS);
      return await overLostConnections(write);
    }
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
