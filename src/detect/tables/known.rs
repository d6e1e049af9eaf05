//! The headings of school exports, in the words of the management systems schools use.
//!
//! SIMS, Arbor, Bromcom, iSAMS, `ScholarPack`, Integris, Engage, PASS, CPOMS, `MyConcern`, `Go4Schools`, `ClassCharts`,
//! Provision Map, `EduLink`, Seesaw, Tapestry, Wonde, Groupcall, CEM and the extracts of the department.
//! What a heading is worth is said in `headings`.

use crate::detect::tables::headings::Column;

/// Headings of each kind of column, folded to letters and digits, divided by spaces.
pub(super) const HEADINGS: [(Column, &str); 36] = [
    (
        Column::Upn,
        "upn uniquepupilnumber pupilupn formerupn upnnumber",
    ),
    (Column::Uln, "uln uniquelearnernumber"),
    (
        Column::LearnerNumber,
        "candidateno candidatenumber examnumber examcandidatenumber lachildid mojuid \
         pupilmatchingrefanonymous pupilmatchingref",
    ),
    (
        Column::Uci,
        "uci uciexam examuci examucinumber ucinumber uniquecandidateidentifier",
    ),
    (Column::Scn, "scn scottishcandidatenumber"),
    (
        Column::AdmissionNo,
        "adno admno admissionno admissionnumber admissionsnumber misid pupilid studentid schoolid arborid \
         childid txtschoolid tblpupilmanagementpupilsid adnumber pupilno pupilcode studentcode pupilmisid \
         studentmisid wondeid wondepupilid pupilnumber studentnumber studentno seesawid rollnumber \
         pupilreference",
    ),
    (
        Column::NhsNumber,
        "nhs nhsno nhsnumber hcn hcnumber healthandcarenumber",
    ),
    (Column::Chi, "chi chino chinumber"),
    (
        Column::DbsNumber,
        "dbs dbsno dbsnumber dbscertificate dbscertificateno dbscertificatenumber",
    ),
    (
        Column::NiNumber,
        "ni nino ninumber nationalinsurance nationalinsurancenumber",
    ),
    (
        Column::Forename,
        "forename firstname legalforename legalfirstname chosenname chosenforename preferredforename \
         preferredfirstname preferredname knownas givenname givennames forenames pupilforename \
         studentforename childfirstname childsfirstname pupilfirstname studentfirstname txtforename \
         candidateforename studentforenames calledname pupilfirstnames pupilgivennames",
    ),
    (
        Column::Surname,
        "surname lastname familyname legalsurname legallastname preferredsurname preferredlastname \
         chosensurname pupilsurname studentsurname childsurname childssurname pupillastname \
         studentlastname txtsurname candidatesurname preferredfamilyname",
    ),
    (
        Column::FullName,
        "name fullname displayname names candidatename",
    ),
    (
        Column::PupilName,
        "pupil pupilname pupilsname student studentname studentsname childname child childsname \
         nameofchild nameofpupil pupilfullname studentfullname learner learnername linkedstudents \
         youngperson nameofyoungperson legalname preferredfullname nameoflearner pupilforenameandsurname \
         childfullname child1 pupilnames studentnames",
    ),
    (
        Column::Initials,
        "middlename middlenames initials nameinitials txtinitials",
    ),
    (
        Column::DateOfBirth,
        "dob dateofbirth birthdate dobdmy birthday personbirthdate",
    ),
    (Column::Age, "age ageyearsmonths"),
    (Column::Sex, "sex gender genderid legalsex mf"),
    (
        Column::Class,
        "reg reggroup registrationgroup registration form formgroup formtutorgroup tutorgroup tutor class \
         classname mentorgroup currentclass currentform regform tutorform registrationform formname \
         teachinggroup keyperson keyworker setname tutorgroupname",
    ),
    (
        Column::Year,
        "year yeargroup yr yrgp ncy ncyear nationalcurriculumyear ncyearactual schoolyear cohort \
         yeartaughtin curriculumyear yearcode currentncyear",
    ),
    (Column::House, "house academichouse boardinghouse"),
    (
        Column::Address,
        "address homeaddress street town addressee salutation address1 addressline1 fulladdress",
    ),
    (Column::Postcode, "postcode homepostcode postalcode"),
    (
        Column::Contact,
        "parent parents parentcarer contact1 priority1contact contactname relationship \
         parentalresponsibility pr liveswith liveswithpupil emergencycontact parentemail primaryemail \
         homeemail parentid mother father carer guardian mothername fathername relatives parentname \
         parent1 parent2 parentcarername contact1name contact2name guardianname parentforename \
         parentsurname contactforename contactsurname contactemail mothersname fathersname carername \
         emergencycontactname emergencycontact1 carer1",
    ),
    (
        Column::Phone,
        "homephone mobile mobilenumber phone telephone tel phonenumber parentmobile contactnumber \
         emergencynumber hometelephone contactmobile mobile1 parentphone emergencyphone \
         emergencycontactnumber mothermobile fathermobile telephonenumber mobilephone",
    ),
    (
        Column::Meals,
        "fsm eligibleforfreemeals freeschoolmeals freemeals fsmeligible fsmeligibility fsmever6 fsm6 \
         ever6 fsmever everfsm6 fsmeverpast6years pp pupilpremium pupilpremiumindicator \
         pupilpremiumeligible ppindicator disadvantaged disadvantagedpp dpp servicechild scp eypp ppg \
         ppplus idaciscore fsmeverlast6years eligibleforfsm freeschoolmeal ppeligible fsmcurrent everfsm \
         fsm6p pplac",
    ),
    (
        Column::Needs,
        "sen send senstatus sendstatus senprovision senneed senneeds senneedtype senprimaryneed \
         primaryneed secondaryneed ehcp ehc senk k e sencode needtype senprovisionmajor primarysenneed \
         sentype provision extratime accessarrangements senstage sencodeofpractice sendtype \
         senneedsummary sendneed senlevel senrecord learnersupportneeds senkehcp",
    ),
    (
        Column::Language,
        "eal englishasadditionallanguage firstlanguage homelanguage mothertongue language \
         languagegroupminor languagegroupmajor homelanguagecode firstlanguagecode",
    ),
    (
        Column::Identity,
        "ethnicity ethnicgroup ethnicorigin ethniccode religion faith nationality countryofbirth \
         travellertype ethnicgroupminor ethnicgroupmajor ethnic ethnicitycode pupilethnicity birthcountry \
         countryofresidence immigrationstatus asylumstatus",
    ),
    (
        Column::Care,
        "lac cla incare lookedafter lookedafterchild everincare pla plac postlookedafterarrangements \
         adoptedfromcare careauthority socialworker carestatus inleacare inlacare lookedafterstatus \
         incarestatus pepdate",
    ),
    (
        Column::Safeguarding,
        "cp cin cpplan cpstatus earlyhelp safeguarding youngcarer ylc vulnerable childprotection cpp \
         cpflag concern concerns categoryofconcern dateofincident actiontakenby cpomscategory childinneed \
         concernsummary dateofconcern concerncategory concerndetails childprotectionplan socialcare \
         cpregister cpomsref riskofcse",
    ),
    (
        Column::Medical,
        "medical medicalnotes medicalflag medicalcondition medicalconditions medicalneeds \
         medicalinformation healthcareplan allergies allergy dietary dietaryneeds doctor gp surgery \
         disability disabilities medication condition healthconditions medicalalerts \
         medicalconditionsandallergies dietaryrequirements dietaryrequirement doctorname doctorsname \
         gpname gppractice epipen inhaler disabilitytype",
    ),
    (
        Column::Attendance,
        "attendance attendancepct pctattendance authorised unauthorised authorisedabsence \
         unauthorisedabsence possible sessions lates pa absences persistentabsence presentpct \
         attendancepercentage percentageattendance attendancepercent absence lateness presentmarks",
    ),
    (
        Column::Behaviour,
        "behaviourpoints behaviour conductpoints achievementpoints detentions exclusions suspensions \
         sessionslost sanction sanctions incidenttype positivepoints negativepoints rewardpoints merits \
         demerits behaviourincidents housepoints",
    ),
    (
        Column::Attainment,
        "ks1 ks2 ks4 sats phonics phonicsmark phonicsoutcome phonicsscore readingscaledscore \
         gpsscaledscore mathsscaledscore writingta readingta mathsta wts exs gds wtx readingage \
         scaledscore prediction targetgrade cat4 midyis sas progress8 attainment8 markbook reading \
         writing maths gps mathematics grade result mark score targetgrades predictedgrade currentgrade \
         effort effortgrade multiplicationtablescheck mtc rwi bookband spag science eyfs gld \
         priorattainmentks2 priorattainment",
    ),
    (
        Column::Pay,
        "salary annualsalary grosspay netpay monthlygross gross net grosssalary payrate rateofpay \
         spinalpoint scalepoint paypoint payscale paygrade takehomepay basicpay actualsalary ftesalary \
         payrollno payrollnumber employeeno employeenumber sickdays dayssick sicknessabsence \
         sicknessdays dayslost",
    ),
];
