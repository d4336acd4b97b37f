const { now, clockSpeed } = document.documentElement.dataset;
const loadedAt = Date.now();

/** The present instant in milliseconds by the clock of the business. A demo has one of its own, ahead of the machine's and faster. */
export const presentMs = () =>
  now === undefined ? Date.now() : Number(now) + (Date.now() - loadedAt) * Number(clockSpeed);

/** The same as a date. */
export const presentTime = () => new Date(presentMs());
