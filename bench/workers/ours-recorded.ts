import worker from '../../src/index.ts';
import { recorded } from './recording.ts';

export default recorded<Env>(worker);
