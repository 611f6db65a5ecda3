/** WebOTP: a phone hands over the code of a message whose last line names this site. Where there is none, one types. */
let waiting;

/** Gives the code to `take`, once, if it comes before `stopWaiting`. */
export async function awaitCode(take) {
  stopWaiting();
  if (!('OTPCredential' in window)) return;
  const controller = new AbortController();
  waiting = controller;
  try {
    const { signal } = controller;
    const credential = await navigator.credentials.get({ otp: { transport: ['sms'] }, signal });
    if (!signal.aborted && credential !== null) take(credential.code);
  } catch {
    // Stopped, forbidden, or nothing came in time.
  }
}

export function stopWaiting() {
  waiting?.abort();
}
