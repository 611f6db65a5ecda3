/** A user agent in words. Only words of these lists come out, so nothing that a client sends reaches a page. */
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Macintosh|Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/** The more special first: nearly all of them call themselves Safari, and most Chrome. */
const BROWSERS: readonly [RegExp, { zh: string; en: string }][] = [
  [/MicroMessenger\//, { zh: '微信', en: 'WeChat' }],
  [/AlipayClient\//, { zh: '支付宝', en: 'Alipay' }],
  [/Edg(e|A|iOS)?\//, { zh: 'Edge', en: 'Edge' }],
  [/OPR\/|Opera/, { zh: 'Opera', en: 'Opera' }],
  [/SamsungBrowser\//, { zh: 'Samsung Internet', en: 'Samsung Internet' }],
  [/(Firefox|FxiOS)\//, { zh: 'Firefox', en: 'Firefox' }],
  [/(Chrome|CriOS|Chromium)\//, { zh: 'Chrome', en: 'Chrome' }],
  [/Safari\//, { zh: 'Safari', en: 'Safari' }],
  [/^curl\//, { zh: 'curl', en: 'curl' }],
];

/** Such as "Chrome on Windows", or "Windows 上的 Chrome". */
export function deviceOf(userAgent: string, language: 'zh' | 'en'): string {
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1][language];
  if (system === undefined || browser === undefined) {
    return browser ?? system ?? (language === 'zh' ? '未知设备' : 'Unknown device');
  }
  return language === 'zh' ? `${system} 上的 ${browser}` : `${browser} on ${system}`;
}
