/** Screens that nobody needs before the first question. */

import { later } from "../parts/later";

const rest = () => import("./rest");

export const ResultScreen = later(() => rest().then((it) => it.ResultScreen));
export const BoardScreen = later(() => rest().then((it) => it.BoardScreen));
export const ProfileScreen = later(() => rest().then((it) => it.ProfileScreen));
export const EditProfileScreen = later(() => rest().then((it) => it.EditProfileScreen));
export const SettingsScreen = later(() => rest().then((it) => it.SettingsScreen));
export const AccountScreen = later(() => rest().then((it) => it.AccountScreen));
export const SignInScreen = later(() => rest().then((it) => it.SignInScreen));
export const SignUpScreen = later(() => rest().then((it) => it.SignUpScreen));
export const ForgotScreen = later(() => rest().then((it) => it.ForgotScreen));
export const GoogleScreen = later(() => rest().then((it) => it.GoogleScreen));
export const ErasedScreen = later(() => rest().then((it) => it.ErasedScreen));
export const WaitingScreen = later(() => rest().then((it) => it.WaitingScreen));
export const AboutScreen = later(() => rest().then((it) => it.AboutScreen));
