//! `cryptocart discount`.

use super::folder::{Folder, NamedFolder};
use crate::{
    config::{
        Config,
        rules::discounts::{self, Book, Label, NewDiscount},
    },
    error::{CliError, IoContext},
    shop_dir::ShopDir,
    system::System,
    terminal,
};
use clap::{Args, Subcommand};
use shop_core::{
    bill::{self, DiscountCode, DiscountEffect, DiscountNumber, Percent, Prices},
    entropy::Entropy,
    kind::Kind,
    money::{Amount, Assets, Currency, CurrencyAmount, Price},
    time::CoarseTime,
};
use std::io::BufRead;

#[derive(Debug, Subcommand)]
pub(crate) enum Discount {
    /// Add a discount code. Without CODE or --random, it is read from standard input, which keeps
    /// it out of the shell's history.
    Add(Add),
    /// List the discounts: numbers, labels and terms. The codes themselves are not stored.
    List {
        /// Print as a JSON list (docs/json.md).
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        dir: Folder,
    },
    /// Remove a discount: its code is no longer valid.
    Remove {
        /// The discount's number.
        number: u32,
        #[command(flatten)]
        dir: Folder,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// The code that buyers type; case, spaces and dashes do not matter.
    code: Option<String>,
    #[command(flatten)]
    dir: NamedFolder,
    /// Generate a strong code and print it once.
    #[arg(long, conflicts_with = "code")]
    random: bool,
    #[command(flatten)]
    gives: GivesArgs,
    /// Your own name for it, shown in discount list and never to buyers. It must not contain the
    /// code.
    #[arg(long, value_parser = Label::parse)]
    label: Option<Label>,
    /// First day on which it is valid (2026-12-01, UTC).
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<CoarseTime>,
    /// Last day on which it is valid (UTC).
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<CoarseTime>,
    /// Maximum number of orders that can use it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    uses: Option<u32>,
    /// Minimum value of goods, before the discount (ETH=0.05, CAD=50.00); once per currency.
    /// Orders in other currencies then cannot use the code.
    #[arg(long, value_name = "CURRENCY=COINS", value_parser = Coins::parse)]
    minimum: Vec<Coins>,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct GivesArgs {
    /// Percentage off the goods (10, or 12.5).
    #[arg(long, value_parser = percent)]
    percent: Option<Percent>,
    /// Amount off the goods, up to their full price (ETH=0.01, CAD=5.00); once per currency.
    #[arg(long, value_name = "CURRENCY=COINS", value_parser = Coins::parse)]
    amount: Vec<Coins>,
    /// Free shipping.
    #[arg(long)]
    free_shipping: bool,
}

fn reload(dir: &ShopDir) -> String {
    format!("To apply it in an open shop: {}", dir.command("catalog reload"))
}

impl Discount {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        match self {
            Self::Add(add) => add.run(system),
            Self::List { json, dir } => list(&dir.shop(), json, system.hour()),
            Self::Remove { number, dir } => remove(&dir.shop(), DiscountNumber(number)),
        }
    }
}

impl Add {
    fn run(self, system: &System) -> Result<(), CliError> {
        let dir = self.dir.shop();
        let assets = Config::known_assets(&dir)?;
        let terms = self.terms(system.hour(), &assets)?;
        let code = self.code(&*system.entropy)?;
        if terms.label.as_ref().is_some_and(|label| label.reveals(&code)) {
            return Err(CliError::input("the label contains the code, which must not be stored")
                .hint("name what the discount is for: --label \"spring newsletter\""));
        }
        let mut book = Book::load(&dir)?.unwrap_or_else(|| Book::new(&*system.entropy, assets));
        let number = book.add(&code, &terms)?.ok_or_else(|| {
            CliError::input("another discount already has this code")
                .hint(format!("see {}; remove that one first", dir.command("discount list")))
        })?;
        book.save(&dir)?;
        terminal::line(format!("Added discount {number}."));
        terminal::line(reload(&dir));
        if self.random {
            terminal::line(format!("Its code, shown only once: {}", code.reveal()));
        } else if code.is_weak() {
            terminal::warn(
                "This code is easy to guess, and anyone can try. --random generates a strong one.",
            );
        }
        if matches!(terms.gives, DiscountEffect::Percent(percent) if percent.millionths() == 1_000_000)
        {
            terminal::warn(
                "An order with nothing left to pay cannot be placed: 100 % only works where \
                 shipping or tax remains to be paid.",
            );
        }
        Ok(())
    }

    fn terms(&self, now: CoarseTime, assets: &Assets) -> Result<NewDiscount, CliError> {
        let gives = match (self.gives.percent, self.gives.free_shipping) {
            (Some(percent), _) => DiscountEffect::Percent(percent),
            (None, true) => DiscountEffect::FreeShipping,
            (None, false) => DiscountEffect::Amount(once("--amount", &self.gives.amount, assets)?),
        };
        let until = self.until.map(|day| day.plus_hours(24));
        if self.from.zip(until).is_some_and(|(from, until)| until <= from) {
            return Err(CliError::input("--until is before --from"));
        }
        if until.is_some_and(|until| until <= now) {
            return Err(CliError::input("--until is in the past"));
        }
        let minimum = once("--minimum", &self.minimum, assets)?;
        let label = self.label.clone();
        Ok(NewDiscount { gives, from: self.from, until, uses: self.uses, minimum, label })
    }

    fn code(&self, entropy: &dyn Entropy) -> Result<DiscountCode, CliError> {
        if self.random {
            return Ok(DiscountCode::random(entropy));
        }
        let typed = match &self.code {
            Some(code) => code.clone(),
            None => {
                terminal::warn("The code, as buyers will type it:");
                let mut line = String::new();
                let read = std::io::stdin().lock().read_line(&mut line);
                read.io_context(|| "reading the code".into())?;
                line
            }
        };
        DiscountCode::parse(&typed).ok_or_else(|| {
            let what = format!("a code has 1 to {} letters or digits", bill::LONGEST_CODE);
            CliError::input(what).hint("give a code, or use --random")
        })
    }
}

fn list(dir: &ShopDir, json: bool, now: CoarseTime) -> Result<(), CliError> {
    Config::load(dir)?;
    let book = Book::load(dir)?;
    let discounts = book.as_ref().map(Book::discounts).transpose()?.unwrap_or_default();
    let label = |number| book.as_ref().and_then(|book| book.label(number));
    if json {
        let all = discounts.all().iter();
        let all: Vec<_> = all.map(|discount| as_json(discount, label(discount.number))).collect();
        terminal::line(serde_json::Value::from(all).to_string());
        return Ok(());
    }
    if discounts.all().is_empty() {
        terminal::line("There are no discounts.");
    }
    for discount in discounts.all() {
        terminal::line(describe(discount, label(discount.number), now));
    }
    Ok(())
}

fn as_json(discount: &bill::Discount, label: Option<&str>) -> serde_json::Value {
    let amounts = |prices: &Prices| -> serde_json::Map<String, serde_json::Value> {
        let price = |amount: Price| (amount.unit().to_string(), amount.decimal().into());
        prices.iter().map(price).collect()
    };
    let (percent, amount) = match &discount.gives {
        DiscountEffect::Percent(percent) => (Some(percent.to_string()), None),
        DiscountEffect::Amount(prices) => (None, Some(amounts(prices))),
        DiscountEffect::FreeShipping => (None, None),
    };
    serde_json::json!({
        "number": discount.number,
        "label": label,
        "percent": percent,
        "amount": amount,
        "free_shipping": discount.gives == DiscountEffect::FreeShipping,
        "from": discount.from.map(|hour| hour.to_string()),
        "until": discount.until.map(|hour| hour.to_string()),
        "uses": discount.uses,
        "minimum": amounts(&discount.minimum),
    })
}

fn remove(dir: &ShopDir, number: DiscountNumber) -> Result<(), CliError> {
    Config::load(dir)?;
    let book = Book::load(dir)?.filter(|book| !book.is_empty());
    let none = || CliError::new(Kind::NotFound, format!("there is no discount {number}"));
    let mut book = book.ok_or_else(none)?;
    if !book.remove(number) {
        return Err(none().hint(format!("{} shows the numbers", dir.command("discount list"))));
    }
    book.save(dir)?;
    terminal::line(format!("Removed discount {number}."));
    terminal::line(reload(dir));
    Ok(())
}

/// Describes one discount on one line.
fn describe(discount: &bill::Discount, label: Option<&str>, now: CoarseTime) -> String {
    let amounts = |prices: &Prices| {
        prices.iter().map(|amount| amount.to_string()).collect::<Vec<_>>().join(" or ")
    };
    let mut parts = vec![match &discount.gives {
        DiscountEffect::Percent(percent) => format!("{percent} % off"),
        DiscountEffect::Amount(prices) => format!("{} off", amounts(prices)),
        DiscountEffect::FreeShipping => "free shipping".to_owned(),
    }];
    if let Some(from) = discount.from {
        let word = if now < from { "not valid until" } else { "from" };
        parts.push(format!("{word} {from}"));
    }
    if let Some(until) = discount.until {
        let word = if until <= now { "ENDED" } else { "until" };
        parts.push(format!("{word} {until}"));
    }
    if let Some(uses) = discount.uses {
        parts.push(format!("limited to {}", terminal::many(uses, "order", "orders")));
    }
    if !discount.minimum.is_empty() {
        parts.push(format!("minimum order {}", amounts(&discount.minimum)));
    }
    let label = label.map(|label| format!("{label}: ")).unwrap_or_default();
    format!("{:>4}  {label}{}", discount.number.0, parts.join("; "))
}

/// An amount as it is typed: `ETH=0.01`, `CAD=5.00`.
#[derive(Clone, Debug)]
struct Coins {
    code: String,
    coins: String,
}

impl Coins {
    fn parse(text: &str) -> Result<Self, String> {
        let (code, coins) = text.split_once('=').ok_or("write it as in ETH=0.01 or CAD=5.00")?;
        Ok(Self { code: code.to_owned(), coins: coins.to_owned() })
    }

    fn amount(&self, assets: &Assets) -> Result<Price, String> {
        let amount = match (assets.find(&self.code), Currency::parse(&self.code)) {
            (Some(asset), _) => Amount::parse(asset, &self.coins).map(Price::from),
            (None, Some(currency)) => {
                CurrencyAmount::parse_all_decimals(currency, &self.coins).map(Price::from)
            }
            (None, None) => return Err("this is not a currency of this shop".to_owned()),
        };
        let amount = amount.map_err(|error| error.to_string())?;
        if amount.is_zero() { Err("it is 0".to_owned()) } else { Ok(amount) }
    }
}

fn once(option: &str, amounts: &[Coins], assets: &Assets) -> Result<Prices, CliError> {
    let amounts = amounts.iter().map(|typed| {
        let wrong =
            |why| CliError::input(format!("{option} {}={}: {why}", typed.code, typed.coins));
        typed.amount(assets).map_err(wrong)
    });
    let prices = Prices::new(amounts.collect::<Result<_, _>>()?);
    prices.ok_or_else(|| CliError::input(format!("{option} names a currency twice")))
}

fn day(text: &str) -> Result<CoarseTime, String> {
    discounts::day(text).ok_or_else(|| "write a day such as 2026-12-24".to_owned())
}

fn percent(text: &str) -> Result<Percent, String> {
    match Percent::parse(text) {
        Ok(percent) if percent.is_zero() => Err("a discount must be more than 0".to_owned()),
        other => other.map_err(|error| error.to_string()),
    }
}
