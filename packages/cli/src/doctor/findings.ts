/** From facts to a diagnosis: why a store would fail, what else is worth knowing, the exit code. */
import { ExitCode } from '../exit-code.ts';
import type { Diagnosis, Facts, Finding } from '../types/doctor.ts';
import { busFindings, fault, note } from './bus-findings.ts';
import { daemonOfFamily, daemonOfProgram, unlockStep } from './daemons.ts';
import { missingPamLines } from './pam.ts';
import { dialogNotes, serviceFindings } from './service-findings.ts';

export function diagnose(facts: Facts): Diagnosis {
  const findings = [
    ...sandboxFindings(facts),
    ...busFindings(facts),
    ...serviceFindings(facts),
    ...dialogNotes(facts),
    ...pamNotes(facts),
    ...sessionNotes(facts),
    ...wslNotes(facts),
    ...otherDaemons(facts),
    ...configNotes(facts),
  ];
  return { facts, findings, exitCode: exitCodeOf(facts) };
}

/** 0 when a store would succeed, 3 when something is locked or never made, else 5. */
function exitCodeOf({ service }: Facts): ExitCode {
  // @rule cli/doctor-exit-code keywire#doctor
  if (service?.owner === undefined || service.failure !== undefined) return ExitCode.UNAVAILABLE;
  if (service.unlocking === 'unlocked') return ExitCode.DONE;
  const { aliases, collections } = service;
  const standard = collections.find(({ path }) => path === aliases.default);
  return standard?.isLocked === false ? ExitCode.DONE : ExitCode.LOCKED;
}

function sandboxFindings({ platform, service }: Facts): readonly Finding[] {
  const { flatpak, snap } = platform;
  // A keyring on another bus than the sandbox's own, as that of "keywire run", needs no permission.
  if (flatpak?.mayTalk === false && service?.owner === undefined) {
    const text = 'Inside this Flatpak the keyring is not let through.';
    return [
      fault('flatpak-permission', text, [
        'allow it: flatpak override --user --talk-name=org.freedesktop.secrets APP',
      ]),
    ];
  }
  if (snap === undefined) return [];
  const text = 'Inside a Snap the keyring is let through only where that was allowed.';
  return [
    note('snap-permission', text, [`allow it: snap connect ${snap}:password-manager-service`]),
  ];
}

/** Only where the keyring should have been unlocked by the login, and was not. */
function pamNotes(facts: Facts): readonly Finding[] {
  const { pam, service, platform } = facts;
  const daemon = daemonOfFamily(service?.family);
  const module = daemon?.pamModule;
  if (daemon === undefined || module === undefined) return [];
  if (exitCodeOf(facts) !== ExitCode.LOCKED) return [];
  const notes = pam.flatMap((each) => {
    const missing = missingPamLines(each, module, daemon.pamLines);
    if (missing.length === 0) return [];
    const text = `A login through "${each.service}" does not unlock ${daemon.title}: /etc/pam.d/${each.service} lacks ${module}.`;
    return [
      note(
        'pam-lines-missing',
        text,
        missing.map((line) => `add the line, below the others of its kind: ${line}`),
      ),
    ];
  });
  if (!platform.isOverSsh) return notes;
  const text =
    'This is an SSH login. One with a public key hands PAM no password, so it unlocks nothing.';
  return [...notes, note('ssh-key-login', text, [unlockStep(daemon.family)])];
}

function sessionNotes({ service }: Facts): readonly Finding[] {
  if (service?.isEncrypted !== false) return [];
  const text = 'The keyring has no encrypted sessions: secrets cross the bus in clear.';
  return [note('plain-session', text, ['keywire asks for --plain before it does that'])];
}

function wslNotes({ platform, service }: Facts): readonly Finding[] {
  const { wslVersion, hasSystemd } = platform;
  if (wslVersion === undefined) return [];
  const systemd = hasSystemd ? 'with systemd' : 'without systemd';
  const bus = service === undefined ? 'no session bus' : 'a session bus';
  const text = `This is WSL ${wslVersion}, ${systemd} and with ${bus}.`;
  const steps = hasSystemd
    ? []
    : ['switch systemd on: [boot] systemd=true in /etc/wsl.conf, then wsl --shutdown'];
  return [note('wsl', text, steps)];
}

function configNotes({ configFailure }: Facts): readonly Finding[] {
  if (configFailure === undefined) return [];
  const text = `A file with Keywire's own settings cannot be used: ${configFailure.message}.`;
  return [note('config-broken', text, ['mend that file, or remove it'])];
}

/** Keyrings that run and are not the one on this bus: what they serve, or lack, is told apart. */
function otherDaemons({ daemons, service }: Facts): readonly Finding[] {
  const others = daemons.filter(({ ownsName }) => !ownsName);
  if (service === undefined || others.length === 0) return [];
  const list = others.map(({ program, pid }) => `${program} (pid ${pid})`).join(', ');
  if (service.owner !== undefined) {
    const text = `Other keyrings of this user run, and are not asked here: ${list}.`;
    return [note('other-daemons', text, [])];
  }
  const hasKeePassXC = others.some(
    ({ program }) => daemonOfProgram(program)?.family === 'keepassxc',
  );
  const steps = [
    'it may serve another session, or lack its secrets component: start it in this session',
    ...(hasKeePassXC ? ['in KeePassXC, switch on Secret Service Integration in the settings'] : []),
  ];
  return [note('daemon-not-on-bus', `Keyrings run, and none of them on this bus: ${list}.`, steps)];
}
