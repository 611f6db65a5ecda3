/** A mainland mobile number: eleven ASCII digits and nothing around them. */
export const MOBILE = /^1[3-9][0-9]{9}$/;

/** `138****8000`: the only form in which a mobile may be logged. */
export function maskMobile(mobile: string): string {
  return `${mobile.slice(0, 3)}****${mobile.slice(-4)}`;
}
