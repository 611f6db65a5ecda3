import { recorded } from '../workers/recording.ts';
import worker from './worker.js';

export default recorded(worker);
