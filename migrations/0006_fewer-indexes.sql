-- Makes tables anew whose rows paid for indexes that they can do without: see src/db/schema.ts. Before the first release, so that no
-- service has to bear it: code from before it does not work on these tables.
CREATE TABLE `__new_captcha_claims` (
	`draw_id` text NOT NULL,
	`request_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`expires_at`, `draw_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_captcha_claims` SELECT `draw_id`, `request_id`, `expires_at` FROM `captcha_claims`;--> statement-breakpoint
DROP TABLE `captcha_claims`;--> statement-breakpoint
ALTER TABLE `__new_captcha_claims` RENAME TO `captcha_claims`;--> statement-breakpoint
CREATE TABLE `__new_login_tries` (
	`subject` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`until` integer NOT NULL,
	`request_id` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_login_tries` SELECT `subject`, `count`, `until`, `request_id` FROM `login_tries`;--> statement-breakpoint
DROP TABLE `login_tries`;--> statement-breakpoint
ALTER TABLE `__new_login_tries` RENAME TO `login_tries`;--> statement-breakpoint
CREATE INDEX `login_tries_until` ON `login_tries` (`until`);--> statement-breakpoint
CREATE TABLE `__new_security_events` (
	`id` text NOT NULL,
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`user_agent` text NOT NULL,
	PRIMARY KEY(`user_id`, `at`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_security_events` SELECT `id`, `user_id`, `kind`, `at`, `user_agent` FROM `security_events`;--> statement-breakpoint
DROP TABLE `security_events`;--> statement-breakpoint
ALTER TABLE `__new_security_events` RENAME TO `security_events`;--> statement-breakpoint
CREATE INDEX `security_events_at` ON `security_events` (`at`);--> statement-breakpoint
CREATE TABLE `__new_sessions` (
	`id` text NOT NULL,
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`user_agent` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_sessions` SELECT `id`, `token_hash`, `user_id`, `created_at`, `expires_at`, `last_seen_at`, `user_agent` FROM `sessions`;--> statement-breakpoint
DROP TABLE `sessions`;--> statement-breakpoint
ALTER TABLE `__new_sessions` RENAME TO `sessions`;--> statement-breakpoint
CREATE INDEX `sessions_expires_at` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_user_id_created_at` ON `sessions` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `__new_sms_issues` (
	`issue_id` text NOT NULL,
	`request_id` text NOT NULL,
	`mobile` text NOT NULL,
	`purpose` text NOT NULL,
	`issued_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`attempted_by` text,
	`used_at` integer,
	`outcome` text NOT NULL,
	PRIMARY KEY(`mobile`, `issued_at`, `issue_id`)
);
--> statement-breakpoint
INSERT INTO `__new_sms_issues` SELECT `issue_id`, `request_id`, `mobile`, `purpose`, `issued_at`, `expires_at`, `attempts`, `attempted_by`, `used_at`, `outcome` FROM `sms_issues` ORDER BY `rowid`;--> statement-breakpoint
DROP TABLE `sms_issues`;--> statement-breakpoint
ALTER TABLE `__new_sms_issues` RENAME TO `sms_issues`;
