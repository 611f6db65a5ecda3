/** The picture, or the digits to hear in its place: drawn when first needed, and again whenever the one before was spent. */
import { fetchSpoken, PATIENCE_MS, pictureUrl } from './api.js';
import { clearError, refuse, showError } from './fields.js';
import { SLOW_MS } from './forms.js';
import { announce, say, silence } from './language.js';

const picture = document.getElementById('captcha-picture');
const input = document.getElementById('captcha');
const hint = document.getElementById('captcha-hint');
const anotherButton = document.getElementById('captcha-another');
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
/** What had the focus when the sound was asked for. */
let listener;
/** A picture on its way: the timers of what is said if it takes long, and of when it is given up. */
let slow;
let lost;
/** Digits on their way: the button that asked for them, and the timer of what is said if they take long. */
let awaited;

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
  slow = setTimeout(() => mayAnnounce() && announce('busy'), SLOW_MS);
  lost = setTimeout(giveUp, PATIENCE_MS);
}

/** Whether those who do not see the picture are to hear of it: in another view, nobody waits for it. */
const mayAnnounce = () => isNews && input.closest('[hidden]') === null;

/** It is not going to come. */
function giveUp() {
  picture.removeAttribute('src');
  settle('failed');
}

function stopTimers() {
  clearTimeout(slow);
  clearTimeout(lost);
  silence('busy');
}

/** A new id for every one: what was decided about the one before can then not be confused with it. */
function offer(newKind, newId) {
  stopSpeaking();
  stopTimers();
  kind = newKind;
  id = newId;
  drawnAt = Date.now();
  isNews = false;
  input.value = '';
  picture.parentElement.dataset.state = kind === 'spoken' ? 'spoken' : 'loading';
  say(input.labels[0], kind);
  say(hint, `${kind}Hint`);
  say(listenButton.querySelector('span'), heardId === id ? 'listenAgain' : 'listen');
  say(anotherButton.querySelector('span'), `${kind}Another`);
  seeButton.hidden = kind !== 'spoken';
}

/** Plays the digits: the same ones again as long as they are good. */
function listen() {
  if (heardId !== id || isStale()) return drawDigits(listenButton);
  clearError(input);
  listener = document.activeElement;
  return play();
}

/** What is shown until then is worth nothing once there is something to hear. */
async function drawDigits(button) {
  if (awaited !== undefined) return;
  clearError(input);
  silence();
  listener = document.activeElement;
  const asked = { button, slow: setTimeout(announce, SLOW_MS, 'busy') };
  awaited = asked;
  button.dataset.pressed = '';
  const newId = randomId();
  const audio = await fetchSpoken(newId);
  if (awaited !== asked) return; // one has thought better of it, or gone on
  stopAwaiting();
  if (audio === null) return failToSpeak();
  heardId = newId;
  offer('spoken', newId);
  URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(audio);
  await play();
}

function stopAwaiting() {
  if (awaited === undefined) return;
  clearTimeout(awaited.slow);
  silence('busy');
  delete awaited.button.dataset.pressed;
  awaited = undefined;
}

/** Whoever has gone on to something else is told, and not led away from there. */
function failToSpeak() {
  if (document.activeElement === listener) return refuse(input, 'spokenFailed');
  showError(input, 'spokenFailed');
  announce('spokenFailed');
}

async function play() {
  player.currentTime = 0;
  try {
    await player.play();
  } catch ({ name }) {
    if (name !== 'AbortError') failToSpeak(); // else it was stopped before it began
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
  stopTimers();
  picture.parentElement.dataset.state = state;
  if (state === 'failed') showError(input, 'pictureFailed');
  if (mayAnnounce()) announce(state === 'failed' ? 'pictureFailed' : 'newPicture');
}

/** It was spent, and none is needed just now. */
export function dropCaptcha() {
  drawnAt = 0;
  stopSpeaking();
}

/** Nothing is heard of it any more, nor of what is still on its way. */
export function stopSpeaking() {
  stopAwaiting();
  player.pause();
}

/** Digits in a language that somebody has just left are not offered again. */
function forgetDigits() {
  stopAwaiting();
  heardId = undefined;
  say(listenButton.querySelector('span'), 'listen');
}

export function startCaptcha() {
  picture.addEventListener('load', () => settle('ready'));
  picture.addEventListener('error', () => settle('failed'));
  player.addEventListener('pause', typeOn); // and so it is at the end
  input.addEventListener('input', stopAwaiting); // who types has no more need of them
  document.addEventListener('language', forgetDigits);
  // It empties the field under somebody's hands.
  input.addEventListener('focus', () => isStale() && drawAloud());
  listenButton.addEventListener('click', () => void listen());
  anotherButton.addEventListener('click', () => {
    if (kind === 'spoken') void drawDigits(anotherButton);
    else see();
  });
  seeButton.addEventListener('click', see);
  // Nobody should have to press a button for what the way back online can do.
  addEventListener('online', () => {
    if (picture.parentElement.dataset.state !== 'failed') return;
    drawAloud();
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
