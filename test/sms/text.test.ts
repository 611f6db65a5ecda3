import { describe, expect, it } from 'vitest';
import { receivedBy, tellStub } from '../support/sms-stub/client.ts';
import { createStubWorld, mobilesFrom } from './stub-world.ts';

const nextMobile = mobilesFrom('1380003');

describe('the text', () => {
  const textOf = async (language: string, vars: Record<string, string>) => {
    const mobile = nextMobile();
    await tellStub(mobile, { twilio: { does: 'refuse', code: '20003' } });
    const world = createStubWorld('twilio,webhook', vars);
    expect(await world.askCode(mobile, { 'Accept-Language': language })).toMatchObject({
      errno: '0',
    });
    const [twilio, webhook] = await receivedBy(mobile);
    const text = new URLSearchParams(twilio?.body).get('Body') ?? '';
    expect(JSON.parse(webhook?.body ?? '{}')).toMatchObject({ text });
    return { text, code: twilio?.code ?? '' };
  };

  it('is Chinese, or English for who asks for it', async () => {
    const chinese = await textOf('zh-CN,en;q=0.5', {});
    expect(chinese.text).toMatch(/验证码.*5 分钟/);
    const english = await textOf('en', {});
    expect(english.text).toMatch(/^[ -~]+ 5 minutes[ -~]+$/);
    expect(english.text).toContain(english.code);
  });

  it.each(['zh', 'en'])('ends with the line that binds it to the site (%s)', async (language) => {
    const { text, code } = await textOf(language, { WEBOTP_HOST: 'www.example.com' });
    expect(text.split('\n').at(-1)).toBe(`@www.example.com #${code}`);
  });
});
