/** The picture, or the digits to hear in its place: drawn when first needed, and again whenever the one before was spent. */
import { fetchSpoken, pictureUrl } from './api.js';
import { clearError, showError } from './fields.js';
import { announce, say, silence } from './language.js';

const picture = document.getElementById('captcha-picture');
const input = document.getElementById('captcha');
const hint = document.getElementById('captcha-hint');
const player = new Audio();

/** A picture lives 300 s. One that has less left than it takes to read and send it is not worth showing. */
const FRESH_MS = 270_000;

let id;
let drawnAt = 0;
/** Whether those who do not see the picture have to be told that it is another one. */
let isNews = false;

export const captchaId = () => id;

/** A new id for every picture: what was decided about the one before can then not be confused with it. */
export function drawCaptcha() {
  id = randomId();
  drawnAt = Date.now();
  isNews = false;
  input.value = '';
  picture.parentElement.dataset.state = 'loading';
  picture.src = pictureUrl(id);
  player.pause();
  say(hint, 'captchaHint');
}

/** Speaks new digits in place of the picture, which is worth nothing from then on. */
async function listen() {
  clearError(input);
  const spokenId = randomId();
  const audio = await fetchSpoken(spokenId);
  if (audio === null) return showError(input, 'spokenFailed');
  id = spokenId;
  drawnAt = Date.now();
  input.value = '';
  picture.parentElement.dataset.state = 'spoken';
  say(hint, 'spokenHint');
  input.focus();
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(audio);
  await player.play().catch(() => showError(input, 'spokenFailed'));
}

const isStale = () => Date.now() - drawnAt > FRESH_MS;

/** When the view opens, and when somebody comes back to it. */
export function drawIfStale() {
  if (isStale()) drawCaptcha();
}

function drawAloud() {
  silence();
  clearError(input);
  drawCaptcha();
  isNews = true;
}

/** The picture is there, or it is not going to be. */
function settle(state) {
  if (picture.parentElement.dataset.state !== 'loading') return;
  picture.parentElement.dataset.state = state;
  if (state === 'failed') showError(input, 'pictureFailed');
  if (isNews) announce(state === 'failed' ? 'pictureFailed' : 'newPicture');
}

/** It was spent, and none is needed just now. */
export function dropCaptcha() {
  drawnAt = 0;
}

export function startCaptcha() {
  picture.addEventListener('load', () => settle('ready'));
  picture.addEventListener('error', () => settle('failed'));
  // It empties the field under somebody's hands.
  input.addEventListener('focus', () => isStale() && drawAloud());
  document.getElementById('captcha-another').addEventListener('click', () => {
    drawAloud();
    input.focus();
  });
  document.getElementById('captcha-listen').addEventListener('click', () => void listen());
  // Nobody should have to press a button for what the way back online can do.
  addEventListener('online', () => {
    if (picture.parentElement.dataset.state === 'failed') drawAloud();
  });
}

/** A UUID v4. `crypto.randomUUID` is missing where a page is tried out over plain HTTP. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
