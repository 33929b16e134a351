/** Screens that nobody needs before the first question. */

import { later } from "../parts/later";

const own = () => import("./own-screens");

export const ResultScreen = later(() => import("./result").then((it) => it.ResultScreen));
export const BoardScreen = later(() => import("./board").then((it) => it.BoardScreen));
export const ProfileScreen = later(() => own().then((it) => it.ProfileScreen));
export const EditProfileScreen = later(() => own().then((it) => it.EditProfileScreen));
export const SettingsScreen = later(() => own().then((it) => it.SettingsScreen));
export const AccountScreen = later(() => own().then((it) => it.AccountScreen));
export const SignInScreen = later(() => own().then((it) => it.SignInScreen));
export const SignUpScreen = later(() => own().then((it) => it.SignUpScreen));
export const ForgotScreen = later(() => own().then((it) => it.ForgotScreen));
export const GoogleScreen = later(() => own().then((it) => it.GoogleScreen));
export const ErasedScreen = later(() => own().then((it) => it.ErasedScreen));
export const WaitingScreen = later(() => own().then((it) => it.WaitingScreen));
export const AboutScreen = later(() => own().then((it) => it.AboutScreen));
