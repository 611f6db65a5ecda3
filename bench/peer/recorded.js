import { recorded } from '../recording.ts';
import worker from './worker.js';

export default recorded(worker);
