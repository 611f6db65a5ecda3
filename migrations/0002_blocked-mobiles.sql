CREATE TABLE `blocked_mobiles` (
	`mobile` text PRIMARY KEY NOT NULL,
	`blocked_at` integer NOT NULL
);
