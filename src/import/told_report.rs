//! A report as it is printed: what may be missing first.

use std::borrow::Cow;

use super::report::{Findings, Remark, Report};
use crate::model::case::Field;
use crate::parameters::{Language, message};

/// Lines of a report on a terminal, of remarks and of rejections each.
const MAX_PRINTED: usize = 20;

impl Report {
    /// What a terminal shows of it.
    pub fn told(&self, language: Language) -> String {
        let mut lines = vec![self.summary(language)];
        let Findings { warnings, warnings_zh, .. } = &self.findings;
        let attention = language.of("注意：", "attention: ");
        lines.extend(language.of(warnings_zh, warnings).iter().map(|warning| format!("  {attention}{warning}")));
        lines.extend(self.left_out(language));
        lines.extend(told(language.of("拒绝", "rejected"), &self.findings.rejections, self.rejected, language));
        lines.extend(told(language.of("说明", "remark"), &self.findings.remarks, self.findings.remarked, language));
        lines.extend(self.coverage(language));
        lines.extend(self.lists(language));
        let refused = language.of("拒绝执行，没有导入任何内容：", "refused, nothing is imported: ");
        lines.extend(self.refused.as_ref().map(|reason| format!("  {refused}{}", reason.of(language))));
        lines.join("\n")
    }

    /// How many rows are equal to others, or are left out.
    fn left_out(&self, language: Language) -> Vec<String> {
        let Findings { equal_rows, erased, kept_out, .. } = &self.findings;
        [
            (
                equal_rows,
                message!(
                    "equal to an earlier row, or to a case that another file brought",
                    "行与前面的行相同，或与其他文件带来的案例相同"
                ),
            ),
            (erased, message!("left out: their cases were erased", "行略去：其案例已被彻底删除")),
            (
                kept_out,
                message!(
                    "left out: their cases were retired by hand (cases restore brings them back)",
                    "行略去：其案例已被手工停用（cases restore 可恢复）"
                ),
            ),
        ]
        .into_iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, what)| format!("  {count} {}", what.of(language)))
        .collect()
    }

    fn summary(&self, language: Language) -> String {
        let Self { source, file_name, rows_read, created, updated, unchanged, rejected, retired, .. } = self;
        let would_be = if self.dry_run { language.of("（试运行）", "would be: ") } else { "" };
        language.of(
            format!(
                "{would_be}{file_name} 作为 {source}：读取 {rows_read} 行，新建 {created}，更新 {updated}，未变 {unchanged}，\
                 拒绝 {rejected}，停用 {retired}"
            ),
            format!(
                "{would_be}{file_name} as {source}: {rows_read} rows read, {created} created, {updated} updated, \
                 {unchanged} unchanged, {rejected} rejected, {retired} retired"
            ),
        )
    }

    fn coverage(&self, language: Language) -> Option<String> {
        let imported = self.rows_read.checked_sub(self.rejected).filter(|rows| *rows > 0)?;
        let known = |(field, rows): (&Cow<'_, str>, &usize)| {
            let name = Field::named(field).map_or(&**field, |field| language.of(field.label().zh, field.label().en));
            format!("{name} {} %", 100 * rows / imported)
        };
        let coverage: Vec<String> = self.findings.coverage.iter().map(known).collect();
        let what = language.of("已收录各行中已知的：", "known of the imported rows: ");
        Some(format!("  {what}{}", coverage.join(language.of("、", ", "))))
    }

    fn lists(&self, language: Language) -> Vec<String> {
        let findings = &self.findings;
        let notes = language.of(&findings.notes_zh, &findings.notes);
        let lists = [
            (language.of("停用的案例", "retired"), &findings.retired_cases),
            (language.of("新公司", "new companies"), &findings.new_companies),
            (language.of("新岗位", "new roles"), &findings.new_roles),
            (language.of("新城市", "new cities"), &findings.new_cities),
            (language.of("未知专业", "majors that nobody knows"), &findings.unknown_majors),
            (language.of("没有读取的列", "columns that nothing takes"), &findings.untaken_columns),
            (language.of("读取方式", "how it was read"), notes),
        ];
        let line = |(what, names): (&str, &Vec<String>)| {
            let shown = names[..names.len().min(MAX_PRINTED)].join(", ");
            let more = names.len().saturating_sub(MAX_PRINTED);
            let more = match more {
                0 => String::new(),
                more => language.of(format!("，还有 {more} 个"), format!(" and {more} more")),
            };
            format!("  {what}{}{shown}{more}", language.of("：", ": "))
        };
        lists.into_iter().filter(|(_, names)| !names.is_empty()).map(line).collect()
    }
}

/// The first remarks, and how many more there are.
fn told(what: &str, remarks: &[Remark], all: usize, language: Language) -> Vec<String> {
    let colon = language.of("：", ": ");
    let shown = remarks.iter().take(MAX_PRINTED).map(|remark| format!("  {what}{colon}{}", remark.told(language)));
    let more = all - MAX_PRINTED.min(remarks.len());
    let more = (more > 0).then(|| {
        language.of(
            format!("  {what}：还有 {more} 条，--report 文件 可写出全部"),
            format!("  {what}: {more} more; --report FILE has them all"),
        )
    });
    shown.chain(more).collect()
}
