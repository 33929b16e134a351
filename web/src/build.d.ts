/** The version of this release, written by the build. */
declare const __VERSION__: string;
