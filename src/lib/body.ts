/**
 * Reads a body of unknown length: all of it, or null when it has more than `limit` bytes. What is too much is read on and thrown
 * away until `patience` bytes have come: whoever answers while the other end still sends has the connection reset, and the answer
 * is lost with it.
 */
export async function readBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
  patience: number,
): Promise<Blob | null> {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size <= limit) kept.push(chunk);
    if (size > patience) break;
  }
  return size > limit ? null : new Blob(kept);
}
