/** The language of the page, and how a text gets into it: as text, never as HTML, and again after a switch. */
import { load, store } from './storage.js';
import { TEXTS } from './texts.js';

const TAGS = { zh: 'zh-CN', en: 'en' };

let language = chosenBefore() ?? firstOfBrowser();

/** The tag for `<html lang>`, `Accept-Language` and dates. */
export const languageTag = () => TAGS[language];

/** The text, with its `{names}` filled in. A number is a count; a wait is filled in by `waitText`. */
export function text(key, params = {}) {
  const template = TEXTS[language][key];
  return template.replaceAll(/\{(\w+)\}/g, (_, name) =>
    name === 'wait' ? waitText(params.wait) : params[name],
  );
}

/** Shows a text in an element and keeps it right when the language changes. `params.lang`: that of a text of the service. */
export function say(element, key, params = {}) {
  element.dataset.text = key;
  element.dataset.params = JSON.stringify(params);
  const isForeign = params.lang !== undefined && params.lang !== languageTag();
  // How long to wait can be said in any language.
  const shown = isForeign && params.wait > 0 ? 'stillWaiting' : key;
  if (isForeign && shown === key) element.lang = params.lang;
  else element.removeAttribute('lang');
  element.textContent = text(shown, params);
}

export const hasText = (key) => key in TEXTS[language];

/** A time of the service, which writes UTC+8 without saying so, as one would write it here. `AM` stays with its time. */
export function dateText(time, style) {
  const date = new Date(`${time.replace(' ', 'T')}+08:00`);
  return date.toLocaleString(languageTag(), style).replace(/\s(?=\D+$)/, '\u00A0');
}

export function hush(element) {
  delete element.dataset.text;
  element.textContent = '';
}

/** Speaks to a screen reader alone. */
export function announce(key, params) {
  say(document.getElementById('announcement'), key, params);
}

/** What was announced no longer holds: whatever it was, or that text alone. */
export function silence(key) {
  const announcement = document.getElementById('announcement');
  if (key === undefined || announcement.dataset.text === key) hush(announcement);
}

export function startLanguage() {
  const button = document.getElementById('language');
  button.addEventListener('click', () => {
    language = language === 'zh' ? 'en' : 'zh';
    store('localStorage', 'language', language);
    render();
  });
  render();
}

function render() {
  silence(); // in another language it would be spoken again
  document.documentElement.lang = languageTag();
  const button = document.getElementById('language');
  button.lang = language === 'zh' ? 'en' : 'zh-CN';
  button.textContent = text('otherLanguage');
  for (const element of document.querySelectorAll('[data-text]')) {
    const { text: key, params } = element.dataset;
    say(element, key, JSON.parse(params ?? '{}'));
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.ariaLabel = text(element.dataset.label);
  }
  for (const element of document.querySelectorAll('[data-alt]')) {
    element.alt = text(element.dataset.alt);
  }
  document.dispatchEvent(new Event('language'));
}

/** Seconds, as a person would say them. */
function waitText(seconds) {
  if (seconds <= 90) return text('seconds', { n: seconds });
  if (seconds <= 5400) return text('minutes', { n: Math.ceil(seconds / 60) });
  return text('hours', { n: Math.ceil(seconds / 3600) });
}

function chosenBefore() {
  const kept = load('localStorage', 'language');
  return Object.hasOwn(TEXTS, kept) ? kept : undefined;
}

function firstOfBrowser() {
  const tags = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]);
  return tags.find((tag) => Object.hasOwn(TEXTS, tag)) ?? 'en';
}
