/** The inspector of a served worker's isolate (Chrome DevTools Protocol). */
export interface Inspector {
  /** Calls a method of the protocol; what it answers. */
  call<Result>(method: string, params?: object): Promise<Result>;
}

interface Target {
  id: string;
  webSocketDebuggerUrl: string;
}

/** `address`: where Miniflare listens for it. */
export async function inspect(address: URL): Promise<Inspector> {
  const targets = (await (await fetch(new URL(`http://${address.host}/json`))).json()) as Target[];
  const target = targets.find(({ id }) => id.includes('worker'));
  if (target === undefined) throw new Error('the inspector does not know the worker');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (message.id !== undefined) waiting.get(message.id)?.(message.result);
  });
  let calls = 0;
  return {
    call: <Result>(method: string, params = {}) =>
      new Promise<Result>((resolve) => {
        const id = ++calls;
        waiting.set(id, (result) => {
          waiting.delete(id);
          resolve(result as Result);
        });
        socket.send(JSON.stringify({ id, method, params }));
      }),
  };
}
