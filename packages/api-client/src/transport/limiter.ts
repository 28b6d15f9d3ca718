/** Gives back a slot; further calls do nothing. */
export type Release = () => void;

/** At most `limit` holders at a time; the others wait in line. */
export interface Limiter {
  acquire(): Promise<Release>;
}

function createLimiter(limit: number): Limiter {
  let free = limit;
  const waiting: (() => void)[] = [];
  const release = (): Release => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    };
  };
  return {
    async acquire() {
      if (free > 0) free -= 1;
      else await new Promise<void>((go) => waiting.push(go));
      return release();
    },
  };
}

/** One limiter per host. */
export function limiterPerHost(limit: number): (host: string) => Limiter {
  const limiters = new Map<string, Limiter>();
  return (host) => {
    const known = limiters.get(host);
    if (known !== undefined) return known;
    const limiter = createLimiter(limit);
    limiters.set(host, limiter);
    return limiter;
  };
}
