/** The names of the settings, and what somebody meant who wrote another: the worker itself reads only those it knows. */
import { settings } from '../../src/config.ts';
import { aliyunSettings } from '../../src/sms/providers/aliyun.ts';
import { tencentSettings } from '../../src/sms/providers/tencent.ts';
import { twilioSettings } from '../../src/sms/providers/twilio.ts';
import { webhookSettings } from '../../src/sms/providers/webhook.ts';
import { yuntongxunSettings } from '../../src/sms/providers/yuntongxun.ts';
import { type Finding, warning } from './finding.ts';

/** Names less alike than this are two names, and not one that is misspelt. */
const ALIKE = 0.7;

const KNOWN = [
  settings(),
  yuntongxunSettings(),
  aliyunSettings(),
  tencentSettings(),
  twilioSettings(),
  webhookSettings(),
].flatMap(({ shape }) => Object.keys(shape));

/** A warning for each name that no part of the worker reads, with the nearest that one does. */
export function unknownSettings(names: readonly string[]): Finding[] {
  const unknown = names.filter((name) => !KNOWN.includes(name));
  return unknown.map((name) => {
    const meant = nearestTo(name);
    const hint = meant === undefined ? '' : `: ${meant} is`;
    return warning(`${name} is no setting of this service${hint}`, 'README, "Configuration"');
  });
}

function nearestTo(name: string): string | undefined {
  const likeness = KNOWN.map((known) => ({ known, share: sharedPairs(name, known) }));
  const [nearest] = likeness.toSorted((a, b) => b.share - a.share);
  return nearest !== undefined && nearest.share >= ALIKE ? nearest.known : undefined;
}

/** Dice's coefficient: how much of two names is the same pairs of letters, from 0 to 1. */
function sharedPairs(one: string, other: string): number {
  const [ones, others] = [pairsIn(one), pairsIn(other)];
  const shared = ones.filter((pair) => others.includes(pair));
  return (2 * shared.length) / (ones.length + others.length);
}

const pairsIn = (name: string) =>
  Array.from({ length: Math.max(0, name.length - 1) }, (_, at) => name.slice(at, at + 2));
