/** Node has no such scheduler, and hashes off its loop. */
const platform: typeof globalThis & { scheduler?: { wait(milliseconds: number): Promise<void> } } =
  globalThis;

/** Lets whatever has come for other requests have its turn. */
export async function giveTurn(): Promise<void> {
  await platform.scheduler?.wait(0);
}
