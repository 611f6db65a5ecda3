/** UTF-16 units that one character of a normalized text can stand for: six in Unicode 16, and some to spare. */
const UNITS_A_CHARACTER = 8;

/** Whether a text has more than `most` characters however it is normalized. To normalize kilobytes takes many milliseconds. */
export const isFarTooLong = (text: string, most: number) => text.length > most * UNITS_A_CHARACTER;
