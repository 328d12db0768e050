import {compareGuards} from './guards.ts';
import {compareMemory} from './memory.ts';
import {createTenants, repeating} from './requests.ts';
import {startBareServer, startProfileSync} from './servers.ts';
import {compareStart} from './startup.ts';
import {reachSteadyState} from './steady-state.ts';
import {compareThroughput} from './throughput.ts';

// Prints how profile-sync does beside a bare node:http server that parses the same requests and stringifies equally
// large answers. It asserts nothing: only ratios of one run can be compared, and an aim is a reader's to hold.

/** As the image starts it. */
const IMAGE_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=192'];

const print = (text: string) => process.stdout.write(`${text}\n`);

const ours = await startProfileSync();
const {request, answer, children} = await reachSteadyState(ours.port);
const bare = await startBareServer(answer);
const answerLength = Buffer.byteLength(answer);
const tenants = {createSource: createTenants(request), answerLength};

const sizes = `${kilobytes(request)} kB in, ${kilobytes(answer)} kB out, ${children} children`;
print(`Node ${process.version}; standalone, a Profile that is Ready: ${sizes}\n`);

print('(a) the same request again and again; aim: ratio 1.0');
print(await compareThroughput(ours, bare, {createSource: () => repeating(request), answerLength}));

print('(b) every request another Profile; aim: ratio 0.4');
print(await compareThroughput(ours, bare, tenants));
await Promise.all([ours.stop(), bare.stop()]);

print('(g) what guards cost, where no answer is remembered; aim: with what they remember 0.9 of none');
print(await compareGuards(request, answerLength));

print('(c) from spawn to /readyz; aim: 600 ms');
print(await compareStart(startProfileSync, () => startBareServer(answer)));

print(
  '(d) memory after so many Profiles: most resident, least heap of the last readings; aim: 160 MB, heap flat',
);
const candidates = [
  {name: 'profile-sync', start: () => startProfileSync()},
  {name: `profile-sync ${IMAGE_FLAGS.join(' ')}`, start: () => startProfileSync(IMAGE_FLAGS)},
  {name: 'bare', start: () => startBareServer(answer)},
];
print(await compareMemory(candidates, tenants));

function kilobytes(text: string): string {
  return (Buffer.byteLength(text) / 1000).toFixed(1);
}
