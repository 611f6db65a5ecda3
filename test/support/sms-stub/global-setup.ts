/** Starts the stub before the tests of the worker, and stops it after them. */
import type { TestProject } from 'vitest/node';
import { startStub } from './server.ts';

export default async function setup(project: TestProject) {
  const stub = await startStub();
  project.provide('smsStub', stub.origin);
  return stub.close;
}
