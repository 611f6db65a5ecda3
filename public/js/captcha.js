/** The picture, or the digits to hear in its place: drawn when first needed, and again whenever the one before was spent. */
import { fetchSpoken, pictureUrl } from './api.js';
import { clearError, refuse, showError } from './fields.js';
import { announce, say, silence } from './language.js';

const picture = document.getElementById('captcha-picture');
const input = document.getElementById('captcha');
const hint = document.getElementById('captcha-hint');
const listenButton = document.getElementById('captcha-listen');
const seeButton = document.getElementById('captcha-see');
const player = new Audio();

/** A captcha lives 300 s. One that has less left than it takes to solve and send it is not worth showing. */
const FRESH_MS = 270_000;

/** `captcha`, a picture, or `spoken`: also what the keys of its texts begin with. */
let kind = 'captcha';
let id;
/** The id whose digits the player holds. */
let heardId;
let drawnAt = 0;
/** Whether those who do not see the picture have to be told that it is another one. */
let isNews = false;
/** What had the focus when the sound began. */
let listener;

export const captchaId = () => id;

/** The key of what is said of the captcha that there is: `what` is Empty, Wrong or Expired. */
export const captchaText = (what) => kind + what;

export const captchaProblem = (typed) => (typed === '' ? captchaText('Empty') : null);

const isStale = () => Date.now() - drawnAt > FRESH_MS;

/** Another one. Who listens is offered other digits, and gets no picture. */
export function drawCaptcha() {
  if (kind === 'spoken') offer('spoken', randomId());
  else drawPicture();
}

function drawPicture() {
  offer('captcha', randomId());
  picture.src = pictureUrl(id);
}

/** A new id for every one: what was decided about the one before can then not be confused with it. */
function offer(newKind, newId) {
  kind = newKind;
  id = newId;
  drawnAt = Date.now();
  isNews = false;
  input.value = '';
  player.pause();
  picture.parentElement.dataset.state = kind === 'spoken' ? 'spoken' : 'loading';
  say(input.labels[0], kind);
  say(hint, `${kind}Hint`);
  say(listenButton.querySelector('span'), heardId === id ? 'listenAgain' : 'listen');
  say(document.querySelector('#captcha-another span'), `${kind}Another`);
  seeButton.hidden = kind !== 'spoken';
}

/** Plays the digits: the same ones again as long as they are good. */
function listen() {
  clearError(input);
  return heardId === id && !isStale() ? play() : drawDigits();
}

/** What is shown until then is worth nothing once there is something to hear. */
async function drawDigits() {
  clearError(input);
  const [before, newId] = [id, randomId()];
  const audio = await fetchSpoken(newId);
  if (id !== before) return; // another one was asked for meanwhile
  if (audio === null) return refuse(input, 'spokenFailed');
  heardId = newId;
  offer('spoken', newId);
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(audio);
  await play();
}

async function play() {
  listener = document.activeElement;
  player.currentTime = 0;
  try {
    await player.play();
  } catch ({ name }) {
    if (name !== 'AbortError') refuse(input, 'spokenFailed'); // else it was stopped before it began
  }
}

/** Only now: a screen reader that names the field would speak over the digits. */
function typeOn() {
  if (player.paused && document.activeElement === listener) input.focus();
}

/** When the view opens, and when somebody comes back to it. */
export function drawIfStale() {
  if (isStale()) drawCaptcha();
}

/** Draws `another` one, and says so to those who do not see it. */
function drawAloud(another = drawCaptcha) {
  silence();
  clearError(input);
  another();
  isNews = true;
  if (kind === 'spoken') announce('newDigits');
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
  player.pause();
}

export function startCaptcha() {
  picture.addEventListener('load', () => settle('ready'));
  picture.addEventListener('error', () => settle('failed'));
  player.addEventListener('pause', typeOn); // and so it is at the end
  // It empties the field under somebody's hands.
  input.addEventListener('focus', () => isStale() && drawAloud());
  listenButton.addEventListener('click', () => void listen());
  document.getElementById('captcha-another').addEventListener('click', () => {
    if (kind === 'spoken') void drawDigits();
    else see();
  });
  seeButton.addEventListener('click', see);
  // Nobody should have to press a button for what the way back online can do.
  addEventListener('online', () => {
    if (picture.parentElement.dataset.state === 'failed') drawAloud();
  });
}

function see() {
  drawAloud(drawPicture);
  input.focus();
}

/** A UUID v4. `crypto.randomUUID` is missing where a page is tried out over plain HTTP. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
