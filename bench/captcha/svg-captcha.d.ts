/** The peer that is measured; installed by `npm install` here, not by the product. */
declare module 'svg-captcha' {
  const svgCaptcha: {
    create(options?: { width?: number; height?: number }): { text: string; data: string };
  };
  export default svgCaptcha;
}
