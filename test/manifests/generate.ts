import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// What the overlays in `manifests/` take from the command: the shipped templates with the shipped values.
for (const mode of ['companion', 'standalone']) {
  const text = execFileSync(process.execPath, ['src/main.ts', 'manifests', '--mode', mode], {cwd: ROOT});
  writeFileSync(`${ROOT}/manifests/${mode}/metacontroller.yaml`, text);
}
