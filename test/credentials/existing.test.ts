import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import * as promises from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {createExistingProvisioner} from '../../src/credentials/existing.ts';
import {credentialRequest} from '../support/credential-request.ts';

vi.mock('node:fs/promises', {spy: true});

const SECRET = {accesskey: 'AKIA-RESEARCH\n', secretkey: 'PLANTED-secret'};

beforeEach(() => void vi.mocked(promises.readFile).mockReset());

describe('the existing backend', () => {
  test("gives the admin's key, generation 1 where none is said, and looks again within a minute", async () => {
    const folder = folderWith(SECRET);
    expect(await ask(folder)).toEqual({
      status: 'available',
      credentials: {
        mode: 'existing',
        accessKey: 'AKIA-RESEARCH',
        secretKey: 'PLANTED-secret',
        generation: 1,
        secretName: 'mlpipeline-minio-artifact',
        bucket: 'mlpipeline',
        prefix: 'private-artifacts/alice/',
      },
      sharingEpoch: 0,
      freshForSeconds: 60,
    });
  });

  test('gives another key once the files have it, with the generation by which consumers restart', async () => {
    const folder = folderWith({...SECRET, generation: '1'});
    await ask(folder);
    write(folder, {accesskey: 'AKIA-NEW', secretkey: 'new', generation: ' 2\n'});
    expect(await ask(folder)).toMatchObject({
      credentials: {accessKey: 'AKIA-NEW', secretKey: 'new', generation: 2},
    });
  });

  test('follows the links of which a mounted Secret is made', async () => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'research', '..1'));
    for (const [name, content] of Object.entries(SECRET)) {
      writeFileSync(join(folder, 'research', '..1', name), content);
      symlinkSync(join('..1', name), join(folder, 'research', name));
    }
    expect(await ask(folder)).toMatchObject({credentials: {accessKey: 'AKIA-RESEARCH'}});
  });

  test('gives no halves of two keys while they are being changed', async () => {
    const folder = folderWith(SECRET);
    const {readFile} = await vi.importActual<typeof promises>('node:fs/promises');
    vi.mocked(promises.readFile).mockImplementation(async (...args) => {
      const text = await readFile(...args);
      if (String(args[0]).endsWith('accesskey')) write(folder, {accesskey: 'AKIA-NEW', secretkey: 'new'});
      return text;
    });
    expect(await ask(folder)).toMatchObject({
      status: 'unavailable',
      reason: `cannot read ${folder}/research: it is being changed`,
    });
    expect(await ask(folder)).toMatchObject({credentials: {accessKey: 'AKIA-NEW', secretKey: 'new'}});
  });

  test.each<{what: string; files: {[name: string]: string}; reason: string}>([
    {what: 'no Secret', files: {}, reason: 'cannot read FOLDER/accesskey: it does not exist'},
    {
      what: 'half a key',
      files: {accesskey: 'AKIA'},
      reason: 'cannot read FOLDER/secretkey: it does not exist',
    },
    {
      what: 'an empty key',
      files: {...SECRET, secretkey: '\n'},
      reason: 'cannot use FOLDER/secretkey: it is empty, or no word',
    },
    {
      what: 'a key of several words',
      files: {...SECRET, secretkey: 'PLANTED secret'},
      reason: 'cannot use FOLDER/secretkey: it is empty, or no word',
    },
    ...['0', '-1', '1.5', 'PLANTED', '', '1e3', '9'.repeat(16)].map(generation => ({
      what: `generation "${generation}"`,
      files: {...SECRET, generation},
      reason: 'cannot use FOLDER/generation: it is no whole number from 1 on',
    })),
  ])('has no key where there is $what, and says in which file and not what', async ({files, reason}) => {
    const folder = folderWith(files);
    const state = await ask(folder);
    expect(state).toEqual({
      status: 'unavailable',
      mode: 'existing',
      reason: reason.replace('FOLDER', join(folder, 'research')),
      retryAfterSeconds: 30,
    });
  });

  test('has no key where a file cannot be read', async () => {
    const folder = folderWith({secretkey: 'PLANTED'});
    mkdirSync(join(folder, 'research', 'accesskey'));
    expect(await ask(folder)).toMatchObject({
      reason: `cannot read ${folder}/research/accesskey: it is a folder`,
    });
  });

  test('has no key for a Profile of which the values name no Secret', async () => {
    expect(await ask(folderWith(SECRET), '')).toMatchObject({
      status: 'unavailable',
      reason: 'values.credentials.existing.secret names no Secret for this Profile',
    });
  });
});

async function ask(folder: string, existingSecret = 'research') {
  return await createExistingProvisioner(folder).ensureCredentials(credentialRequest({existingSecret}));
}

/** A folder that holds one Secret, `research`. */
function folderWith(files: {[name: string]: string}): string {
  const folder = mkdtempSync(join(tmpdir(), 'existing-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  mkdirSync(join(folder, 'research'));
  write(folder, files);
  return folder;
}

function write(folder: string, files: {[name: string]: string}): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'research', name), content);
}
