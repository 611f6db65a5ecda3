ALTER TABLE `sms_volume` ADD `codes` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `sms_volume` SET `codes` = `issued`;