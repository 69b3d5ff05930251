using System.Diagnostics;
using Exporter.Backtest;

var total = Tally.None;
var days = args.Length > 1 ? double.Parse(args[1]) : 77;
var automations = args.Length > 2 ? int.Parse(args[2]) : 5;
foreach (var seed in args[0].Split(',').Select(long.Parse))
{
var watch = Stopwatch.StartNew();
var trial = new Trial(seed, days, automations);
Console.WriteLine($"seed {seed}: {trial.Account.Automations.Sum(a => a.Steps.Count)} steps, {trial.Account.Automations.Sum(a => a.Steps.Sum(s => s.Links.Count))} links, {trial.Script.Faults.Count} faults");
var dir = $"/tmp/gen/bt-{seed}";
if (Directory.Exists(dir)) Directory.Delete(dir, true);
var result = await Evaluation.RunAsync(trial, dir, args.Length > 3 ? Console.WriteLine : _ => { }, CancellationToken.None);
var tally = Tally.Of(trial, result);
total += tally;
Console.WriteLine($"{watch.Elapsed}");
foreach (var f in tally.FalseAlarms) Console.WriteLine($"{f.Alert} {f.Alarm.Automation} {f.Alarm.Step} {f.Alarm.Location} {(f.Alarm.From-Trial.Start).TotalDays:F2} +{(f.Alarm.Until-f.Alarm.From).TotalHours:F1} h, {f.ClicksPerHour:F2}/h sibling={f.IsSiblingOfBroken}");
foreach (var f in tally.Findings) Console.WriteLine($"   {f.Kind} {f.ClicksPerHour:F2}/h eligible={f.IsEligible} {f.Delay?.TotalHours:F1}");
foreach (var f in result["SendGridAccountClicksLow"]) Console.WriteLine($"   account low {(f.From-Trial.Start).TotalDays:F2} +{(f.Until-f.From).TotalHours:F1}");
Directory.Delete(dir, true);
Console.WriteLine("SO FAR to " + seed);
foreach (var l in Report.Lines(total)) Console.WriteLine(l);
}
