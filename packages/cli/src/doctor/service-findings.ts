/** Findings where there is a bus: no keyring on it, one that does not come up, or one that is locked. */
import type { Facts, Finding, ServiceFacts } from '../types/doctor.ts';
import { fault, note } from './bus-findings.ts';
import { daemonOfFamily, daemonOfProgram, isKWalletTooOld, unlockStep } from './daemons.ts';

const INSTALL = 'install and start a keyring: gnome-keyring, KWallet or KeePassXC';
const OWN_BUS = 'bring a keyring for one command: keywire run -- COMMAND';
const SERVE = 'or keep one of ours running: keywire serve --bus';

/** Why a store would fail, where it would. */
export function serviceFindings(facts: Facts): readonly Finding[] {
  const { service } = facts;
  if (service === undefined) return [];
  if (service.owner === undefined) {
    if (service.failure !== undefined) return [doesNotStart(service)];
    return [noService(facts)];
  }
  if (service.failure !== undefined) {
    const { message } = service.failure;
    const text = `The keyring owns its name and does not answer: ${message}.`;
    return [fault('service-silent', text, ['start the keyring again', OWN_BUS])];
  }
  return stateFindings(facts, service);
}

function doesNotStart({ failure }: ServiceFacts): Finding {
  const text = `The bus tries to start a keyring, and it does not come up: ${failure?.message}.`;
  return fault('service-does-not-start', text, [
    'start it by hand and read what it says: gnome-keyring-daemon --foreground --components=secrets',
    'see what the bus wrote about it: journalctl --user -b | grep -i secrets',
    OWN_BUS,
  ]);
}

function noService({ daemons, kwallet }: Facts): Finding {
  const wallet = daemons.find(({ program }) => daemonOfProgram(program)?.family === 'kwallet');
  if (kwallet !== undefined && !(kwallet.isEnabled && kwallet.isSecretServiceEnabled)) {
    const key = kwallet.isEnabled
      ? 'apiEnabled=false under [org.freedesktop.secrets]'
      : 'Enabled=false under [Wallet]';
    return fault('kwallet-off', `KWallet is switched off: ${kwallet.path} says ${key}.`, [
      'switch it on in the System Settings of KDE, or in that file, and log in again',
      OWN_BUS,
    ]);
  }
  if (wallet?.version !== undefined && isKWalletTooOld(wallet.version)) {
    const text = `KWallet ${wallet.version} runs; before 5.97 it has no Secret Service.`;
    return fault('kwallet-too-old', text, ['upgrade KDE Frameworks to 5.97 or newer', INSTALL]);
  }
  return fault('no-service', 'The bus is there, and no keyring on it.', [INSTALL, OWN_BUS, SERVE]);
}

function stateFindings(facts: Facts, service: ServiceFacts): readonly Finding[] {
  const { aliases, collections, family } = service;
  const standard = collections.find(({ path }) => path === aliases.default);
  if (aliases.default === undefined) return [noDefault(service)];
  if (standard?.isLocked === false || service.unlocking === 'unlocked') return [];
  if (standard === undefined) {
    const text = `The alias "default" stands for ${aliases.default}, which is not there.`;
    return [
      fault('default-missing', text, [
        'make a default keyring: keywire collection create Login --alias=default',
      ]),
    ];
  }
  const title = daemonOfFamily(family)?.title ?? 'the keyring';
  const about = `The default collection "${standard.label}" of ${title} is locked`;
  const reason = unlockingFinding(about, service);
  return [reason ?? locked(about, facts)];
}

function noDefault({ collections, aliases, family }: ServiceFacts): Finding {
  if (family === 'keepassxc') {
    return fault('nothing-exposed', 'KeePassXC runs, and shows no database to other programs.', [
      'open a database in KeePassXC',
      'expose a group of it: database settings, Secret Service Integration',
    ]);
  }
  const isSessionOnly =
    collections.length > 0 && collections.every(({ path }) => path === aliases.session);
  if (isSessionOnly || collections.length === 0) {
    const text = isSessionOnly
      ? 'There is only the session collection, which is lost when the session ends.'
      : 'The keyring has no collection at all.';
    const { defaultStep } = daemonOfFamily(family) ?? {};
    return fault('no-default-collection', `${text} A default one was never made.`, [
      'make it, with the dialog of the keyring: keywire collection create Login --alias=default',
      ...(defaultStep === undefined ? [] : [defaultStep]),
    ]);
  }
  return fault('no-default-collection', 'No collection is the default one.', [
    'say which it is: keywire collection alias default COLLECTION',
  ]);
}

function unlockingFinding(about: string, { family, unlocking }: ServiceFacts): Finding | undefined {
  if (unlocking === undefined || unlocking === 'unlocked') return undefined;
  switch (unlocking.code) {
    case 'dismissed':
      return fault('prompt-dismissed', `${about}, and its dialog was dismissed.`, [
        unlockStep(family),
      ]);
    case 'prompt-deadline':
    case 'deadline':
      return fault('prompt-unanswered', `${about}, and its dialog was not answered in time.`, [
        'look for the dialog on another screen or workspace, and answer it',
        unlockStep(family),
      ]);
    case 'no-prompter':
      return undefined;
    default:
      return fault('unlock-failed', `${about}: ${unlocking.message}.`, [unlockStep(family)]);
  }
}

function locked(about: string, { platform, service }: Facts): Finding {
  if (daemonOfFamily(service?.family)?.hasOwnPrompter === true) {
    return fault('locked', `${about}; a store would ask the prompter it was started with.`, [
      unlockStep(service?.family),
    ]);
  }
  if (!hasDisplay(platform.displays)) {
    const text = `${about}, and nobody can be asked: neither DISPLAY nor WAYLAND_DISPLAY is set.`;
    return fault('locked-without-display', text, [unlockStep(service?.family), OWN_BUS]);
  }
  return fault('locked', `${about}; a store would show a dialog.`, [
    'answer its dialog: keywire unlock',
    'see whether the dialog is answered: keywire doctor --unlock',
  ]);
}

function hasDisplay({
  DISPLAY: x11,
  WAYLAND_DISPLAY: wayland,
}: Facts['platform']['displays']): boolean {
  return (x11 ?? '') !== '' || (wayland ?? '') !== '';
}

/** What is worth knowing of the keyring that is there. */
export function dialogNotes({ platform, service }: Facts): readonly Finding[] {
  const owner = service?.owner;
  if (service === undefined || owner === undefined || !hasDisplay(platform.displays)) return [];
  const notes: Finding[] = [];
  const { displays } = owner;
  const missing = (['DISPLAY', 'WAYLAND_DISPLAY'] as const).filter(
    (name) => (platform.displays[name] ?? '') !== '' && (displays?.[name] ?? '') === '',
  );
  if (displays !== undefined && missing.length > 0) {
    const names = missing.join(' and ');
    const text = `The keyring was started without ${names}: its dialogs may not reach your screen.`;
    const command = platform.hasSystemd
      ? 'dbus-update-activation-environment --systemd'
      : 'dbus-update-activation-environment';
    notes.push(note('daemon-without-display', text, [`${command} ${missing.join(' ')}`]));
  }
  if (service.prompter === 'missing') {
    const text = 'No program is there to show the dialogs of the keyring.';
    notes.push(note('no-prompter', text, ['install gcr, which brings gcr-prompter']));
  }
  return notes;
}
